#include "tui/cli/copying.h"

#include "tui/cli/stopping.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

static bool read_passphrase(struct cli *cli, struct copying_secrets *out, struct error *err)
{
    const char *file = cli_value(cli, "passphrase-file");
    out->has_passphrase = file != NULL;
    return file == NULL || secret_read(cli, "Passphrase", strcmp(file, "-") == 0 ? NULL : file,
                                       out->passphrase, err);
}

bool copying_secrets(struct cli *cli, struct copying_secrets *out, struct error *err)
{
    struct error why = {0};
    *out = (struct copying_secrets){0};
    if (!key_ring_read(cli->store_path, &out->ring, &why) && why.code != ERROR_NOT_FOUND)
        return error_set(err, why.code, "%s", why.text);
    return read_passphrase(cli, out, err);
}

bool copying_new_passphrase(struct cli *cli, struct copying_secrets *out, struct error *err)
{
    enum { LEAST = 12 };
    char again[SECRET_SIZE];
    *out = (struct copying_secrets){0};
    const char *file = cli_value(cli, "passphrase-file");
    if (!read_passphrase(cli, out, err))
        return false;
    if (out->has_passphrase && strlen(out->passphrase) < LEAST)
        return error_set(err, ERROR_INPUT, "a passphrase has at least %d characters", LEAST);
    if (!out->has_passphrase || strcmp(file, "-") != 0)
        return true;
    bool is_same = secret_read(cli, "The same again", NULL, again, err) &&
                   (strcmp(again, out->passphrase) == 0 ||
                    error_set(err, ERROR_INPUT, "the two were not the same; try again"));
    secret_wipe(again);
    return is_same;
}

void copying_done(struct copying_secrets *secrets)
{
    key_ring_done(&secrets->ring);
    secret_wipe(secrets->passphrase);
}

enum { MEBIBYTE = 1024 * 1024 };

static bool step(void *context, const char *what, int64_t done, int64_t total)
{
    struct cli *cli = context;
    if (isatty(fileno(cli->err)) == 1) {
        if (total > 0)
            fprintf(cli->err, "\r%s %3d %%", what, (int)(100 * done / total));
        else
            fprintf(cli->err, "\r%s %lld MiB", what, (long long)(done / MEBIBYTE));
        fflush(cli->err);
    }
    return !stopping_is_asked();
}

struct backup_progress copying_progress(struct cli *cli)
{
    return (struct backup_progress){.step = step, .context = cli};
}

struct backup_from copying_from(struct cli *cli, const char *path,
                                const struct copying_secrets *secrets)
{
    return (struct backup_from){
        .path = path,
        .ring = secrets->ring.count > 0 ? &secrets->ring : NULL,
        .passphrase = secrets->has_passphrase ? secrets->passphrase : NULL,
        .progress = copying_progress(cli),
    };
}

void copying_end_line(struct cli *cli)
{
    enum { WIDEST = 20 };
    if (isatty(fileno(cli->err)) == 1)
        fprintf(cli->err, "\r%*s\r", WIDEST, "");
}

const char *copying_folder(struct cli *cli)
{
    const char *slash = strrchr(cli->store_path, '/');
    return slash == NULL ? "backups"
                         : arena_format(cli->arena, "%.*s/backups", (int)(slash - cli->store_path),
                                        cli->store_path);
}
