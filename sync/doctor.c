#include "sync/doctor.h"

#include "model/base/instant.h"
#include "sync/login.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Seconds that the clocks may be apart: a sale's business day and the order of edits depend on it.
 */
enum { CLOCK_WARNING = 5, CLOCK_FAILED = 120 };

/* Half of the way there and back is taken for the way there. */
static void add_clock(struct doctor *doctor, const char *theirs, int64_t before, int64_t after)
{
    int64_t centre = strtoll(theirs, NULL, 10);
    int64_t apart = (centre - (before + after) / 2) / SECOND_US;
    int64_t seconds = apart < 0 ? -apart : apart;
    doctor_add(doctor, "clock",
               seconds >= CLOCK_FAILED    ? DOCTOR_FAILED
               : seconds >= CLOCK_WARNING ? DOCTOR_WARNING
                                          : DOCTOR_OK,
               seconds >= CLOCK_WARNING ? "set it from the network: `timedatectl set-ntp true`"
                                        : "",
               seconds == 0 ? "it goes with the centre's" : "it is %" PRId64 " seconds %s", seconds,
               apart > 0 ? "slow" : "fast");
}

static void ask(struct doctor *doctor, struct central *central)
{
    static const char sql[] =
        "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint,"
        " inet_server_addr() IS NULL OR inet_server_addr() <<= '127.0.0.0/8',"
        " coalesce((SELECT s.ssl FROM pg_stat_ssl AS s WHERE s.pid = pg_backend_pid()), FALSE),"
        " split_part(version(), ' ', 2)";
    struct error err = {0};
    int64_t before = env_now(doctor->env);
    struct pg_result *answer = central_query(central, sql, 0, NULL, &err);
    int64_t after = env_now(doctor->env);
    if (answer == NULL) {
        doctor_add(doctor, "line", DOCTOR_FAILED, "", "%s", err.text);
        return;
    }
    bool is_local = central_text(answer, 0, 1)[0] == 't';
    bool is_encrypted = central_text(answer, 0, 2)[0] == 't';
    doctor_add(doctor, "line", DOCTOR_OK, "", "PostgreSQL %s answers in %" PRId64 " ms",
               central_text(answer, 0, 3), (after - before) / 1000);
    doctor_add(doctor, "encryption", is_local || is_encrypted ? DOCTOR_OK : DOCTOR_FAILED,
               is_local || is_encrypted
                   ? ""
                   : "let the server have a certificate, and take sslmode out of the address",
               is_encrypted ? "TLS"
               : is_local   ? "the centre is on this machine"
                            : "everybody on the way can read what is sent");
    add_clock(doctor, central_text(answer, 0, 0), before, after);
    central_clear(answer);
}

void doctor_look_at_line(struct doctor *doctor)
{
    struct login login;
    struct error err = {0};
    if (!login_read(doctor->store_path, &login, &err)) {
        if (err.code != ERROR_NOT_FOUND)
            doctor_add(doctor, "line", DOCTOR_FAILED, "", "%s", err.text);
        return;
    }
    struct central *central = login_open(&login, &err);
    if (central == NULL)
        doctor_add(doctor, "line", err.code == ERROR_NETWORK ? DOCTOR_WARNING : DOCTOR_FAILED,
                   err.code == ERROR_NETWORK
                       ? "what is done here waits, and is sent once the line is back"
                       : "",
                   "%s", err.text);
    else
        ask(doctor, central);
    central_close(central);
    login_done(&login);
}
