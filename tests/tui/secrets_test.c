/* Known secrets are planted in a shop, and looked for wherever something of it could be read: in
 * the store's files, exports, histories, sentences, screens, copies and crash reports. */
#include "model/base/private_file.h"
#include "model/keeping/keys.h"
#include "model/people/door.h"
#include "sync/login.h"
#include "tests/model/shop.h"
#include "tests/tui/command.h"
#include "tests/tui/scene.h"
#include "tui/cli/cli.h"
#include "tui/crash.h"

#include <dirent.h>
#include <setjmp.h>
#include <signal.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static const char password[] = "Zirkon-planted-4711";
static const char second_password[] = "Umbra-planted-0815";
static const char pin[] = "73915482";
static const char terminal_password[] = "Siena-planted-3141";
static const char passphrase[] = "Ocker planted passphrase";
static const char sealed_by_command[] = "Indigo-planted-2718";
static const char sealed_by_form[] = "Kobalt-planted-1618";

enum { SECRETS_MAX = 64 };

struct planting {
    struct shop *shop;
    struct command command;
    char inputs[64]; /* a folder of what is entered from files */
    struct secret {
        const char *name, *bytes;
        size_t size;
    } secrets[SECRETS_MAX];
    size_t count;
    int files; /* that were looked at */
};

static void plant_bytes(struct planting *planting, const char *name, const void *bytes, size_t size)
{
    assert_true(planting->count < SECRETS_MAX && size >= 8);
    planting->secrets[planting->count++] =
        (struct secret){name, arena_bytes(planting->shop->arena, bytes, size), size};
}

/* As it is, and as an operation would have bytes. */
static void plant(struct planting *planting, const char *name, const char *text)
{
    char base64[200];
    plant_bytes(planting, name, text, strlen(text));
    sodium_bin2base64(base64, sizeof base64, (const unsigned char *)text, strlen(text) / 3 * 3,
                      sodium_base64_VARIANT_ORIGINAL);
    plant_bytes(planting, name, base64, strlen(base64));
}

static void look(const struct planting *planting, const char *where, const char *bytes, size_t size)
{
    for (size_t i = 0; i < planting->count; i++) {
        const struct secret *secret = &planting->secrets[i];
        if (memmem(bytes, size, secret->bytes, secret->size) != NULL)
            fail_msg("%s stands in %s", secret->name, where);
    }
}

/* Those have to hold one, and nobody else may read them. */
static bool is_private(const char *name, const struct stat *info)
{
    static const char *const files[] = {"store.db.keys", "store.db.login", "store.db.door"};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        if (strcmp(name, files[i]) == 0) {
            assert_int_equal(info->st_mode & 0777, 0600);
            return true;
        }
    return false;
}

static void look_in_folder(struct planting *planting, const char *folder)
{
    DIR *entries = opendir(folder);
    assert_non_null(entries);
    for (struct dirent *entry; (entry = readdir(entries)) != NULL;) {
        struct stat info;
        const char *path = arena_format(planting->shop->arena, "%s/%s", folder, entry->d_name);
        assert_int_equal(lstat(path, &info), 0);
        if (entry->d_name[0] == '.' && !S_ISREG(info.st_mode))
            continue;
        if (S_ISDIR(info.st_mode))
            look_in_folder(planting, path);
        if (!S_ISREG(info.st_mode) || is_private(entry->d_name, &info))
            continue;
        char *bytes = memory_new((size_t)info.st_size + 1);
        FILE *file = fopen(path, "re");
        assert_non_null(file);
        assert_int_equal(fread(bytes, 1, (size_t)info.st_size, file), info.st_size);
        fclose(file);
        look(planting, path, bytes, (size_t)info.st_size);
        free(bytes);
        planting->files++;
    }
    closedir(entries);
}

#define RUN(planting, ...)                                                                         \
    run(planting,                                                                                  \
        (const char *const[]){"--store", (planting)->shop->scratch.store, __VA_ARGS__, NULL})
/* Whatever comes of it, nothing that it prints holds a secret. */
static int run(struct planting *planting, const char *const *words)
{
    struct command *command = &planting->command;
    int code = command_run(command, words);
    look(planting, words[2], command->out, strlen(command->out));
    look(planting, words[2], command->err, strlen(command->err));
    return code;
}

static const char *input(struct planting *planting, const char *name, const char *text)
{
    const char *path = arena_format(planting->shop->arena, "%s/%s", planting->inputs, name);
    shop_expect(planting->shop, private_file_write(path, text, &planting->shop->err));
    return path;
}

static void put_in_the_door(struct planting *planting)
{
    struct shop *shop = planting->shop;
    struct door_totp totp;
    struct door_codes codes;
    struct door_answer answer;
    char code[DOOR_CODE_SIZE], token[DOOR_TOKEN_SIZE], now[8];
    struct actor *owner = &shop->owner;
    owner->proof = PROOF_PASSWORD;
    shop_expect(shop,
                door_set_password(shop->store, owner, NULL, NULL, password, NULL, &shop->err));
    shop_expect(shop, door_open(shop->store, owner->name, DOOR_PASSWORD, password, NULL, &answer,
                                &shop->err));
    *owner = answer.actor;
    shop_expect(shop, door_set_pin(shop->store, owner, pin, &shop->err));
    shop_expect(shop,
                door_reset_code(shop->store, owner, &shop->cashier.user_id, code, &shop->err));
    plant(planting, "a code of an administrator", code);
    shop_expect(shop, door_session_begin(shop->store, owner, token, &shop->err));
    plant(planting, "the token of a session", token);
    shop_expect(shop, door_totp_begin(shop->store, owner, &totp, &shop->err));
    plant(planting, "the secret of the second factor", totp.secret);
    unsigned char bytes[64];
    size_t size = 0, bits = 0;
    unsigned value = 0;
    for (const char *letter = totp.secret; *letter != '\0' && *letter != '='; letter++) {
        static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        value = value << 5 | (unsigned)(strchr(alphabet, *letter) - alphabet);
        for (bits += 5; bits >= 8; bits -= 8)
            bytes[size++] = (unsigned char)(value >> (bits - 8));
    }
    plant_bytes(planting, "the bytes of the second factor", bytes, size);
    assert_true(door_totp_code(bytes, size, env_now(&shop->scratch.env) / 30000000, 6, now));
    shop_expect(shop, door_totp_confirm(shop->store, owner, now, &codes, &shop->err));
    for (int i = 0; i < DOOR_CODES; i++)
        plant(planting, "a backup code", codes.codes[i]);
}

static void make_the_key(struct planting *planting)
{
    struct worker_key key;
    char text[RECOVERY_SIZE];
    struct shop *shop = planting->shop;
    shop_expect(shop, keys_init(shop->store, &shop->owner, &key, &shop->err));
    plant_bytes(planting, "the private key", key.secret, KEY_SIZE);
    sodium_bin2base64(text, sizeof text, key.secret, KEY_SIZE, sodium_base64_VARIANT_ORIGINAL);
    plant_bytes(planting, "the private key as text", text, strlen(text));
    recovery_write(&key, text);
    plant_bytes(planting, "the key's text for paper", text, strlen(text));
}

static void write_the_login(struct planting *planting)
{
    struct shop *shop = planting->shop;
    struct login login = {.url = memory_text("postgresql://127.0.0.1:1/nothing"),
                          .user = memory_text("ct_terminal"),
                          .password = memory_text(terminal_password)};
    shop_expect(shop, login_write(shop->scratch.store, &login, &shop->err));
    login_done(&login);
}

static void begin(struct planting *planting, struct shop *shop)
{
    *planting = (struct planting){.shop = shop, .inputs = "/tmp/countertop-XXXXXX"};
    assert_non_null(mkdtemp(planting->inputs));
    command_init(&planting->command);
    planting->command.env = &shop->scratch.env;
    plant(planting, "the password", password);
    plant(planting, "the second password", second_password);
    plant(planting, "the PIN", pin);
    plant(planting, "the terminal's password", terminal_password);
    plant(planting, "the passphrase", passphrase);
    plant(planting, "a secret sealed by a command", sealed_by_command);
    plant(planting, "a secret sealed in a form", sealed_by_form);
}

static void end(struct planting *planting)
{
    command_done(&planting->command);
    DIR *entries = opendir(planting->inputs);
    assert_non_null(entries);
    for (struct dirent *entry; (entry = readdir(entries)) != NULL;)
        unlinkat(dirfd(entries), entry->d_name, 0);
    closedir(entries);
    assert_int_equal(rmdir(planting->inputs), 0);
}

/* All tables, in all ways that they leave the store. */
static void take_everything_out(struct planting *planting)
{
    static const char *const ways[] = {"--json", "--csv", "--tsv"};
    const struct schema *schema = store_schema(planting->shop->store);
    int seen = 0;
    for (size_t i = 0; i < schema->table_count; i++)
        for (size_t way = 0; way < sizeof ways / sizeof ways[0]; way++) {
            const char *table = schema->tables[i].name;
            seen += RUN(planting, "records", table, "export", ways[way]) == CLI_OK;
            RUN(planting, "records", table, "list", ways[way]);
        }
    assert_true(seen > 100);
    assert_int_equal(RUN(planting, "history", "--json"), CLI_OK);
    RUN(planting, "doctor", "--json");
    RUN(planting, "sync", "test");
    RUN(planting, "sync", "export", "-");
    assert_int_equal(RUN(planting, "keys", "status"), CLI_OK);
    assert_int_equal(RUN(planting, "worker", "status"), CLI_OK);
    RUN(planting, "shop");
}

static void enter_secrets(struct planting *planting)
{
    struct shop *shop = planting->shop;
    const char *field = arena_format(shop->arena, "secret_sealed=@%s",
                                     input(planting, "sealed", sealed_by_command));
    const char *words = input(planting, "passphrase", passphrase);
    assert_int_equal(RUN(planting, "records", "webhooks", "new", "url=https://one.example/", field),
                     CLI_OK);
    assert_int_equal(RUN(planting, "backup",
                         arena_format(shop->arena, "%s/a.ctcopy", shop->scratch.folder),
                         "--passphrase-file", words),
                     CLI_OK);
    assert_int_equal(
        RUN(planting, "backup", arena_format(shop->arena, "%s/b.ctcopy", shop->scratch.folder)),
        CLI_OK);
    /* Refused ones are not repeated in the sentence. */
    const char *wrong = arena_format(shop->arena, "secret_sealed=%s", sealed_by_command);
    assert_int_equal(RUN(planting, "records", "webhooks", "new", "url=https://two.example/", wrong),
                     CLI_USAGE);
    struct door_answer answer;
    assert_false(door_open(shop->store, shop->owner.name, DOOR_PASSWORD, second_password, NULL,
                           &answer, &shop->err));
    look(planting, "a refusal of the door", shop->err.text, strlen(shop->err.text));
    assert_false(door_set_password(shop->store, &shop->owner, second_password, NULL, "short", NULL,
                                   &shop->err));
    look(planting, "a refusal of a password", shop->err.text, strlen(shop->err.text));
}

/* Dies with the secrets in its memory, as a program that has a fault. */
static void break_down(struct planting *planting)
{
    const char *folder = planting->shop->scratch.folder;
    int status;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        if (freopen("/dev/null", "w", stderr) == NULL)
            _exit(1);
        crash_prepare(folder);
        raise(SIGSEGV);
        _exit(1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && !WCOREDUMP(status));
}

static void secrets_stand_nowhere(void **state)
{
    struct planting planting;
    begin(&planting, *state);
    struct shop *shop = planting.shop;
    const struct change open[] = {{.column = "name", .value = value_text("sign_in")},
                                  {.column = "value", .value = value_text("{\"required\":false}")}};
    shop_insert(shop, "app_settings", open, 2);
    put_in_the_door(&planting);
    make_the_key(&planting);
    enter_secrets(&planting);
    char steps[1000];
    snprintf(steps, sizeof steps,
             "keys ctrl-k\ntype records\nkeys enter /\ntype webhooks\nkeys enter n\n"
             "type https://three.example/\nkeys tab\ntype %s\nsave typed\nkeys ctrl-s\n"
             "expect Saved\nkeys enter\nexpect (hidden)\nsave shown\n",
             sealed_by_form);
    scene_play(shop->scratch.folder, "Olga Owner", steps);
    assert_int_equal(unlink(arena_format(shop->arena, "%s/steps", shop->scratch.folder)), 0);
    write_the_login(&planting);
    take_everything_out(&planting);
    break_down(&planting);
    look_in_folder(&planting, shop->scratch.folder);
    look_in_folder(&planting, planting.command.home);
    assert_true(planting.files > 5);
    end(&planting);
}

/* That the test could fail: what is planted in clear is found. */
static void what_stands_in_clear_is_found(void **state)
{
    struct planting planting;
    begin(&planting, *state);
    struct shop *shop = planting.shop;
    const struct change change[] = {{.column = "name", .value = value_text(password)}};
    shop_insert(shop, "customer_profiles", change, 1);
    assert_int_equal(COMMAND(&planting.command, "--store", shop->scratch.store, "records",
                             "customer_profiles", "list"),
                     CLI_OK);
    assert_non_null(strstr(planting.command.out, password));
    end(&planting);
}

int main(void)
{
    if (sodium_init() < 0)
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(secrets_stand_nowhere, shop_setup, shop_teardown),
        cmocka_unit_test_setup_teardown(what_stands_in_clear_is_found, shop_setup, shop_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
