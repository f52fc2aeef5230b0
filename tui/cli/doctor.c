/* `countertop doctor`: whether everything stands as it should, and what to do where it does not. */
#include "sync/doctor.h"
#include "tui/cli/copying.h"
#include "tui/cli/print.h"
#include "tui/cli/sheet.h"
#include "tui/cli/verbs.h"

static const struct sheet_column columns[] = {
    {.name = "state", .label = "", .is_whole = true},
    {.name = "check", .label = "Check", .is_whole = true},
    {.name = "said", .label = "Found"},
    {.name = "advice", .label = "What to do"},
};
enum { COLUMNS = sizeof columns / sizeof columns[0] };

static const char *const states[] = {
    [DOCTOR_OK] = "ok", [DOCTOR_WARNING] = "warning", [DOCTOR_FAILED] = "failed"};

/* For a person the advice stands below what was found, so that neither is cut. */
static void print(struct cli *cli, const struct doctor *doctor)
{
    struct sheet sheet;
    if (cli->format == CLI_TEXT) {
        for (size_t i = 0; i < doctor->count; i++) {
            const struct finding *finding = &doctor->findings[i];
            print_line(cli, "%-8s %-12s %s", states[finding->state], finding->name, finding->said);
            if (finding->advice[0] != '\0')
                print_line(cli, "%-8s %-12s -> %s", "", "", finding->advice);
        }
        return;
    }
    sheet_init(&sheet, cli, columns, COLUMNS);
    for (size_t i = 0; i < doctor->count; i++) {
        const struct finding *finding = &doctor->findings[i];
        sheet_row(&sheet, (const char *const[COLUMNS]){states[finding->state], finding->name,
                                                       finding->said, finding->advice});
    }
    sheet_done(&sheet);
}

static bool look(struct cli *cli, int argc, char **argv, struct error *err)
{
    (void)argc, (void)argv;
    struct doctor doctor = {.store_path = cli->store_path,
                            .copies = copying_folder(cli),
                            .state = cli->paths.state,
                            .env = cli->env,
                            .is_quick = cli_flag(cli, "quick"),
                            .arena = cli->arena};
    doctor_look(&doctor);
    if (doctor.store != NULL && !cli_flag(cli, "offline"))
        doctor_look_at_line(&doctor);
    cli->store = doctor.store; /* closed with the command */
    print(cli, &doctor);
    return doctor_worst(&doctor) != DOCTOR_FAILED ||
           error_set(err, ERROR_STORE, "something needs to be put right, as said above");
}

static const struct cli_option options[] = {
    {"quick", NULL, "without what reads the whole store"},
    {"offline", NULL, "without asking the centre"},
    {NULL, NULL, NULL},
};

static const struct cli_action actions[] = {
    {"", "", "look at store, permissions, disk, copies, keys, line and clock", "quick offline",
     CLI_NO_STORE, 0, 0, look},
    {.name = NULL},
};

const struct cli_verb cli_verb_doctor = {
    .name = "doctor",
    .summary = "see whether everything stands as it should, and what to do",
    .details = "Changes nothing. Exits with 1 where something failed; warnings alone exit with 0.",
    .options = options,
    .actions = actions,
};
