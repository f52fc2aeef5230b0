#include "model/paper/printer.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

const char *const printer_kinds[] = {"none", "device", "tcp", "cups", "file", "terminal", NULL};

#define TERMINAL "terminal:"

void printer_own_terminal(char name[PRINTER_NAME_SIZE])
{
    char path[PRINTER_NAME_SIZE - sizeof TERMINAL];
    name[0] = '\0';
    if (ttyname_r(STDOUT_FILENO, path, sizeof path) == 0)
        snprintf(name, PRINTER_NAME_SIZE, TERMINAL "%s", path);
}

bool printer_is_terminal(const char *name)
{
    return strncmp(name, TERMINAL, strlen(TERMINAL)) == 0;
}

static const char *text_of(const json_t *settings, const char *key, const char *otherwise)
{
    const char *text = json_string_value(json_object_get(settings, key));
    return text != NULL && text[0] != '\0' ? text : otherwise;
}

static bool is_kind(const char *kind)
{
    size_t i = 0;
    while (printer_kinds[i] != NULL && strcmp(printer_kinds[i], kind) != 0)
        i++;
    return printer_kinds[i] != NULL;
}

/* What the system takes for a host, with its port; 9100 where none is said. */
static bool name_host(const char *address, char *name, struct error *err)
{
    const char *colon = strrchr(address, ':');
    bool has_port = colon != NULL && (strchr(address, ':') == colon || colon[-1] == ']');
    int port = 9100;
    char rest;
    if (has_port && (sscanf(colon + 1, "%5d%c", &port, &rest) != 1 || port < 1 || port > 65535))
        return error_set_field(err, ERROR_INPUT, "address",
                               "\"%s\" has no port from 1 to 65535; most printers have 9100",
                               address);
    int size = has_port ? (int)(colon - address) : (int)strlen(address);
    if (size == 0)
        return error_set_field(err, ERROR_INPUT, "address", "Say which host the printer is");
    int length = snprintf(name, PRINTER_NAME_SIZE, "tcp:%.*s:%d", size, address, port);
    return length < PRINTER_NAME_SIZE ||
           error_set_field(err, ERROR_INPUT, "address", "The address is longer than 90 letters");
}

static bool name_printer(const json_t *settings, struct printer *out, struct error *err)
{
    const char *kind = text_of(settings, "kind", "none");
    const char *address = text_of(settings, "address", "");
    if (!is_kind(kind))
        return error_set_field(err, ERROR_INPUT, "kind",
                               "\"%.40s\" is no kind of printer: device, tcp, cups, file, terminal "
                               "or none",
                               kind);
    if (strcmp(kind, "none") == 0)
        return error_set_field(err, ERROR_RULE, "kind", "This register has no printer");
    if (strcmp(kind, "terminal") == 0) {
        printer_own_terminal(out->name);
        return out->name[0] != '\0' ||
               error_set_field(err, ERROR_RULE, "kind",
                               "The printer is that of the terminal, and here is none");
    }
    if (address[0] == '\0')
        return error_set_field(err, ERROR_INPUT, "address", "Say where the printer is");
    if (strcmp(kind, "tcp") == 0)
        return name_host(address, out->name, err);
    if (strcmp(kind, "cups") != 0 && address[0] != '/')
        return error_set_field(err, ERROR_INPUT, "address",
                               "\"%.80s\" is no whole path; begin it with /", address);
    return snprintf(out->name, sizeof out->name, "%s:%s", kind, address) < PRINTER_NAME_SIZE ||
           error_set_field(err, ERROR_INPUT, "address", "The address is longer than 90 letters");
}

static bool read_paper(const json_t *settings, struct printer *out, struct error *err)
{
    const json_t *width = json_object_get(settings, "width");
    json_int_t millimetres = width == NULL ? 80 : json_integer_value(width);
    if (millimetres != 58 && millimetres != 80)
        return error_set_field(err, ERROR_INPUT, "width", "Paper is 58 or 80 mm wide");
    out->columns = millimetres == 58 ? 32 : 48;
    out->dots = millimetres == 58 ? 384 : 576;
    out->page = code_page_find(text_of(settings, "code_page", code_page_default()->name));
    if (out->page == NULL)
        return error_set_field(err, ERROR_INPUT, "code_page",
                               "The code page is cp437, cp850, cp858 or cp1252");
    const json_t *pin = json_object_get(settings, "drawer_pin");
    json_int_t number = pin == NULL ? 0 : json_is_integer(pin) ? json_integer_value(pin) : 2;
    if (number < -1 || number > 1)
        return error_set_field(err, ERROR_INPUT, "drawer_pin",
                               "The drawer's pin is 0 or 1, or -1 for no drawer");
    out->drawer_pin = (int)number;
    out->cuts = !json_is_false(json_object_get(settings, "cut"));
    return true;
}

bool printer_read(const char *json, struct printer *out, struct error *err)
{
    *out = (struct printer){0};
    json_t *settings = json_loads(json, 0, NULL);
    bool is_read = json_is_object(settings)
                       ? name_printer(settings, out, err) && read_paper(settings, out, err)
                       : error_set(err, ERROR_INPUT, "The printer's settings are no JSON object");
    json_decref(settings);
    return is_read;
}

bool printer_of_register(struct store *store, const struct uuid *register_id, struct printer *out,
                         struct error *err)
{
    struct statement *row = store_prepare(
        store, "SELECT code, printer FROM registers WHERE id = ?1 AND deleted_at IS NULL", err);
    if (row == NULL)
        return false;
    statement_bind_uuid(row, 1, register_id);
    int found = statement_step(row, err);
    bool is_read = false;
    if (found == 0)
        error_set(err, ERROR_NOT_FOUND,
                  "This terminal has no register; choose one in the settings");
    if (found == 1) {
        struct error reason = {0};
        is_read = printer_read(statement_text(row, 1), out, &reason);
        if (!is_read && reason.code == ERROR_RULE)
            error_set(err, ERROR_RULE, "%s: %s; set one on the screen for printing",
                      statement_text(row, 0), reason.text);
        else if (!is_read && err != NULL) {
            *err = reason;
            error_prefix(err, "The printer of %s", statement_text(row, 0));
        }
    }
    statement_done(row);
    return is_read;
}
