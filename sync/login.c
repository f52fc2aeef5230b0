#include "sync/login.h"

#include "model/base/memory.h"
#include "model/base/private_file.h"

#include <jansson.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { PATIENCE_MS = 30000 };

static char *path_of(const char *store_path)
{
    struct buffer path;
    buffer_init(&path);
    buffer_format(&path, "%s.login", store_path);
    return buffer_take(&path);
}

static void wipe(char *text)
{
    if (text != NULL)
        sodium_memzero(text, strlen(text));
    free(text);
}

void login_done(struct login *login)
{
    free(login->url);
    free(login->user);
    wipe(login->password);
    *login = (struct login){0};
}

/* jansson's copy of the password goes with the tree, unwiped unless this is called before. */
static void wipe_json(json_t *file)
{
    json_t *password = json_object_get(file, "password");
    if (password != NULL)
        sodium_memzero((char *)(uintptr_t)json_string_value(password),
                       json_string_length(password));
    json_decref(file);
}

static bool take(const char *path, const char *text, size_t size, struct login *out,
                 struct error *err)
{
    const char *url, *user, *password = NULL;
    json_t *file = json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL);
    bool is_login = file != NULL && json_unpack(file, "{s:s, s:s, s?:s}", "url", &url, "user",
                                                &user, "password", &password) == 0;
    if (is_login)
        *out = (struct login){.url = memory_text(url),
                              .user = memory_text(user),
                              .password = password != NULL ? memory_text(password) : NULL};
    wipe_json(file);
    return is_login || error_set(err, ERROR_INPUT,
                                 "%s is damaged; enroll this terminal again with a new code", path);
}

bool login_read(const char *store_path, struct login *out, struct error *err)
{
    char *path = path_of(store_path);
    struct error why = {0};
    size_t size = 0;
    *out = (struct login){0};
    char *text = private_file_read(path, &size, &why);
    bool is_good = text != NULL && take(path, text, size, out, err);
    if (text == NULL && why.code == ERROR_NOT_FOUND)
        error_set(err, ERROR_NOT_FOUND,
                  "this store knows no centre: there is no %s; join a shop with countertop enroll",
                  path);
    else if (text == NULL)
        error_set(err, why.code, "%s", why.text);
    private_file_wipe(text, size);
    free(path);
    return is_good;
}

bool login_write(const char *store_path, const struct login *login, struct error *err)
{
    char *path = path_of(store_path);
    json_t *file = json_pack("{s:s, s:s, s:s*}", "url", login->url, "user", login->user, "password",
                             login->password);
    char *text = file != NULL ? json_dumps(file, JSON_INDENT(4)) : NULL;
    bool is_done = text != NULL
                       ? private_file_write(path, text, err)
                       : error_set(err, ERROR_INPUT, "the login holds text that is no UTF-8");
    wipe(text);
    wipe_json(file);
    free(path);
    return is_done;
}

struct central *login_open_until(const struct login *login, int stop_fd, struct error *err)
{
    struct error why = {0};
    struct central *central =
        central_open_at(&(struct central_address){.url = login->url,
                                                  .user = login->user,
                                                  .password = login->password,
                                                  .stop_fd = stop_fd,
                                                  .patience_ms = PATIENCE_MS,
                                                  .connect_s = login->connect_s},
                        &why);
    if (central == NULL && why.code == ERROR_DENIED)
        error_set(err, ERROR_DENIED,
                  "the centre does not let this terminal in: it was revoked, or its password is "
                  "another one; ask for a new code and enroll it again");
    else if (central == NULL)
        error_set(err, why.code, "%s", why.text);
    return central;
}

struct central *login_open(const struct login *login, struct error *err)
{
    return login_open_until(login, -1, err);
}
