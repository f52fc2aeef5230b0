#include "tui/config.h"

#include "model/base/memory.h"
#include "model/base/private_file.h"
#include "model/base/text.h"
#include "tui/key.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct option config_options[] = {
    {"theme", OPTION_TEXT, offsetof(struct config, theme), 0, 0, "dark",
     "The colours: dark, light, high-contrast, mono, or a file in the themes folder."},
    {"mouse", OPTION_BOOLEAN, offsetof(struct config, has_mouse), 0, 0, "false",
     "Take clicks and the wheel; the terminal then selects text only with Shift."},
    {"bell", OPTION_BOOLEAN, offsetof(struct config, has_bell), 0, 0, "true",
     "Beep when something can't be done."},
    {"bidi", OPTION_BOOLEAN, offsetof(struct config, has_bidi), 0, 0, "false",
     "Reorder right-to-left names, for terminals that do not do it."},
    {"esc_delay_ms", OPTION_INTEGER, offsetof(struct config, esc_delay_ms), 0, 2000, "0",
     "How long Esc waits for the rest of a key; 0 is 25, and 50 over SSH."},
    {"toast_seconds", OPTION_INTEGER, offsetof(struct config, toast_seconds), 1, 60, "4",
     "How long a message stays."},
    {"scan_prefix", OPTION_KEY, offsetof(struct config, scan_prefix), 0, 0, "",
     "The key a scanner sends first, such as ctrl-b; empty when it sends none."},
    {"start_screen", OPTION_TEXT, offsetof(struct config, start_screen), 0, 0, "",
     "The screen to begin at, such as sale; empty is the list of orders."},
    {"message_toast", OPTION_BOOLEAN, offsetof(struct config, tells_messages), 0, 0, "true",
     "Say on any screen when somebody writes to you or mentions you."},
    {"message_bell", OPTION_BOOLEAN, offsetof(struct config, rings_for_messages), 0, 0, "false",
     "Beep then, too."},
    {"quiet_hours", OPTION_HOURS, offsetof(struct config, quiet_hours), 0, 0, "",
     "When neither is done, such as 20:00-07:00; what came is counted all the same."},
    {"viewer", OPTION_TEXT, offsetof(struct config, viewer), 0, 0, "xdg-open",
     "The command that opens a file of a message; empty when none can."},
};
const size_t config_option_count = sizeof config_options / sizeof config_options[0];

static const struct option *find(const char *name)
{
    for (size_t i = 0; i < config_option_count; i++)
        if (strcmp(config_options[i].name, name) == 0)
            return &config_options[i];
    return NULL;
}

static unsigned char control_byte(const char *key)
{
    key_code code;
    if (!key_parse(key, &code) || !(code & KEY_WITH_CTRL))
        return 0;
    code &= ~(key_code)KEY_WITH_CTRL;
    return code >= 'a' && code <= 'z' ? (unsigned char)(code - 'a' + 1) : 0;
}

/* "20:00-07:00" in minutes of the day. */
static bool read_hours(const char *text, int *from, int *until)
{
    int hours[2], minutes[2];
    for (int i = 0; i < 2; i++)
        if (!text_read_digits(&text, 2, &hours[i]) || !text_read_char(&text, ':') ||
            !text_read_digits(&text, 2, &minutes[i]) || hours[i] > 23 || minutes[i] > 59 ||
            (i == 0 && !text_read_char(&text, '-')))
            return false;
    *from = 60 * hours[0] + minutes[0];
    *until = 60 * hours[1] + minutes[1];
    return *text == '\0';
}

bool config_is_quiet(const struct config *config, int minute)
{
    int from, until;
    if (!read_hours(config->quiet_hours, &from, &until))
        return false;
    return from <= until ? minute >= from && minute < until : minute >= from || minute < until;
}

static bool refuse(const struct option *option, struct error *err)
{
    switch (option->type) {
    case OPTION_BOOLEAN:
        return error_set_field(err, ERROR_INPUT, option->name, "\"%s\" is true or false.",
                               option->name);
    case OPTION_INTEGER:
        return error_set_field(err, ERROR_INPUT, option->name, "\"%s\" is a number from %d to %d.",
                               option->name, option->low, option->high);
    case OPTION_KEY:
        return error_set_field(err, ERROR_INPUT, option->name,
                               "\"%s\" is a key from ctrl-a to ctrl-z, or empty.", option->name);
    case OPTION_HOURS:
        return error_set_field(err, ERROR_INPUT, option->name,
                               "\"%s\" is two times such as 20:00-07:00, or empty.", option->name);
    case OPTION_TEXT:
        break;
    }
    return error_set_field(err, ERROR_INPUT, option->name, "\"%s\" is a text of up to %d bytes.",
                           option->name, CONFIG_TEXT_SIZE - 1);
}

static bool take(struct config *config, const struct option *option, const json_t *value,
                 struct error *err)
{
    char *place = (char *)config + option->offset;
    json_int_t number = json_integer_value(value);
    const char *text = json_string_value(value);
    int from, until;
    switch (option->type) {
    case OPTION_BOOLEAN:
        if (!json_is_boolean(value))
            return refuse(option, err);
        *(bool *)(void *)place = json_is_true(value);
        return true;
    case OPTION_INTEGER:
        if (!json_is_integer(value) || number < option->low || number > option->high)
            return refuse(option, err);
        *(int *)(void *)place = (int)number;
        return true;
    case OPTION_KEY:
        if (!text || (*text && !control_byte(text)))
            return refuse(option, err);
        break;
    case OPTION_HOURS:
        if (!text || (*text && !read_hours(text, &from, &until)))
            return refuse(option, err);
        break;
    case OPTION_TEXT:
        break;
    }
    if (!text || strlen(text) >= CONFIG_TEXT_SIZE)
        return refuse(option, err);
    memcpy(place, text, strlen(text) + 1);
    return true;
}

/* The JSON of a text; NULL when it is none of the option's type. */
static json_t *read_text(const struct option *option, const char *text)
{
    if (option->type == OPTION_BOOLEAN || option->type == OPTION_INTEGER)
        return json_loads(text, JSON_DECODE_ANY, NULL);
    return json_string(text);
}

void config_init(struct config *config)
{
    memset(config, 0, sizeof *config);
    config->file = json_object();
    for (size_t i = 0; i < config_option_count; i++) {
        json_t *value = read_text(&config_options[i], config_options[i].standard);
        take(config, &config_options[i], value, NULL);
        json_decref(value);
    }
}

void config_done(struct config *config)
{
    json_decref(config->file);
    config->file = NULL;
}

bool config_set(struct config *config, const char *name, const char *text, struct error *err)
{
    const struct option *option = find(name);
    if (!option)
        return error_set(err, ERROR_NOT_FOUND, "There is no option \"%s\".", name);
    json_t *value = read_text(option, text);
    bool worked = take(config, option, value, err);
    if (worked)
        json_object_set(config->file, name, value);
    json_decref(value);
    return worked;
}

/* Whether an entry of the file is good; the sentence says why not. */
static bool take_entry(struct config *config, const char *name, json_t *value, struct error *err)
{
    const char *action;
    json_t *keys;
    const struct option *option = find(name);
    if (option)
        return take(config, option, value, err);
    if (strcmp(name, "keys") != 0)
        return error_set(err, ERROR_INPUT, "there is no option \"%.64s\".", name);
    if (!json_is_object(value))
        return error_set(err, ERROR_INPUT, "\"keys\" is an object: {\"quit\": \"f12\"}.");
    json_object_foreach(value, action, keys)
    {
        if (!json_is_string(keys))
            return error_set(err, ERROR_INPUT,
                             "Keys of \"%.64s\": a text is expected, such as \"p f9\".", action);
    }
    return true;
}

bool config_load(struct config *config, const char *path,
                 void (*complain)(void *context, const char *sentence), void *context,
                 struct error *err)
{
    json_error_t problem;
    struct error wrong;
    const char *name;
    json_t *value;
    FILE *stream = fopen(path, "re");
    if (!stream && errno == ENOENT)
        return true;
    if (!stream)
        return error_set(err, ERROR_SYSTEM, "%s can't be read: %s.", path, strerror(errno));
    json_t *file = json_loadf(stream, JSON_REJECT_DUPLICATES, &problem);
    fclose(stream);
    if (!json_is_object(file)) {
        json_decref(file);
        return error_set(err, ERROR_INPUT, "%s, line %d: %s.", path, file ? 1 : problem.line,
                         file ? "{\"theme\": …} is expected" : problem.text);
    }
    json_decref(config->file);
    config->file = file;
    json_object_foreach(file, name, value)
    {
        if (!take_entry(config, name, value, &wrong)) {
            error_prefix(&wrong, "config.json");
            complain(context, wrong.text);
        }
    }
    return true;
}

void config_keys(const struct config *config,
                 void (*each)(void *context, const char *action, const char *keys), void *context)
{
    const char *action;
    json_t *keys;
    json_t *all = json_object_get(config->file, "keys");
    json_object_foreach(all, action, keys)
    {
        if (json_is_string(keys))
            each(context, action, json_string_value(keys));
    }
}

bool config_save(const struct config *config, const char *path, struct error *err)
{
    struct buffer text;
    char *dumped = json_dumps(config->file, JSON_INDENT(4) | JSON_SORT_KEYS);
    buffer_init(&text);
    buffer_format(&text, "%s\n", dumped != NULL ? dumped : "");
    bool is_saved = dumped != NULL ? private_file_write(path, text.text, err)
                                   : error_set(err, ERROR_SYSTEM, "there is no memory for it");
    buffer_done(&text);
    free(dumped);
    return is_saved;
}

unsigned char config_scan_prefix(const struct config *config)
{
    return control_byte(config->scan_prefix);
}
