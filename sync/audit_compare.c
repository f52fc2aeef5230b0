/* The heads of the chains here against those at the centre. */
#include "sync/audit.h"

#include "sync/session_private.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char heads_sql[] = "SELECT terminal_id, terminal, incarnation, sequence, hash, "
                                "flaws::text FROM sync_audit_heads()";
enum { TERMINAL, NAME, INCARNATION, SEQUENCE, HASH, FLAWS };

/* A chain of the centre's, as it says that it ends. */
struct theirs {
    struct session *session;
    const struct audit_listener *listener;
    struct audit_report *report;
    struct uuid terminal;
    const char *name;
    int64_t incarnation, sequence;
    struct value hash;
};

__attribute__((format(printf, 4, 5))) static void
tell(const struct theirs *chain, enum audit_wrong wrong, int64_t sequence, const char *format, ...)
{
    struct audit_fault fault = {.wrong = wrong,
                                .terminal = chain->terminal,
                                .incarnation = chain->incarnation,
                                .sequence = sequence};
    int used = snprintf(fault.text, sizeof fault.text, "%.90s, chain %" PRId64 ": ", chain->name,
                        chain->incarnation);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(fault.text + used, sizeof fault.text - (size_t)used, format, arguments);
    va_end(arguments);
    chain->report->faults++;
    if (chain->listener->fault != NULL)
        chain->listener->fault(chain->listener->context, &fault);
}

static bool find(const struct theirs *chain, const char *sql, int64_t *out, int *found,
                 struct error *err)
{
    *out = 0;
    *found = store_find_integer(chain->session->store, out, sql, err, "viiv",
                                value_uuid_or_null(&chain->terminal), chain->incarnation,
                                chain->sequence, chain->hash);
    return *found >= 0;
}

/* Of the shop's chain from before it had a centre and of others' a register has none. */
static bool is_ours(const struct theirs *chain)
{
    return uuid_equal(&chain->terminal, &chain->session->terminal);
}

static bool compare(const struct theirs *chain, struct error *err)
{
    int64_t last, same;
    int found, has_head;
    if (!find(chain,
              "SELECT sequence FROM audit_logs WHERE terminal_id IS ?1 AND incarnation = ?2 AND"
              " ?3 > 0 AND ?4 IS NOT NULL ORDER BY sequence DESC LIMIT 1",
              &last, &found, err) ||
        !find(chain,
              "SELECT 1 FROM audit_logs WHERE terminal_id IS ?1 AND incarnation = ?2 AND"
              " sequence = ?3 AND hash = ?4",
              &same, &has_head, err))
        return false;
    if (found == 0 && !is_ours(chain))
        return true;
    if (last < chain->sequence)
        tell(chain, AUDIT_CUT, last,
             "it ends with row %" PRId64 " here and with row %" PRId64
             " at the centre: its end was cut, or this store was put back",
             last, chain->sequence);
    else if (has_head == 0)
        tell(chain, AUDIT_UNLINKED, chain->sequence,
             "row %" PRId64
             " is another one than at the centre: the chain was written anew here or "
             "in a copy of this store",
             chain->sequence);
    return true;
}

/* Those of this store's own chains that it finds itself are told by it, with their reason. */
static void tell_flaws(const struct theirs *chain, const char *text)
{
    json_t *flaws = json_loads(text, 0, NULL);
    size_t i;
    json_t *flaw;
    json_array_foreach(flaws, i, flaw)
    {
        json_int_t sequence = 0;
        const char *word = "";
        if (json_unpack(flaw, "{s:I, s:s}", "sequence", &sequence, "flaw", &word) == 0)
            tell(chain, AUDIT_MARKED, sequence,
                 "row %" JSON_INTEGER_FORMAT " was marked by the centre: %.20s", sequence, word);
    }
    json_decref(flaws);
}

bool session_audit_compare(struct session *session, const struct audit_listener *listener,
                           struct audit_report *report, struct error *err)
{
    struct session_report sent = {0};
    struct pg_result *heads =
        session_audit(session, &sent, err) ? session_ask(session, heads_sql, NULL, 0, err) : NULL;
    bool is_done = heads != NULL;
    for (int i = 0; is_done && i < central_rows(heads); i++) {
        int size;
        const char *hash = central_bytes(heads, i, HASH, &size);
        struct theirs chain = {.session = session,
                               .listener = listener,
                               .report = report,
                               .terminal = central_uuid(heads, i, TERMINAL),
                               .incarnation = central_integer(heads, i, INCARNATION),
                               .sequence = central_integer(heads, i, SEQUENCE),
                               .hash = value_bytes(hash, size > 0 ? (size_t)size : 0)};
        chain.name = central_text(heads, i, NAME);
        if (uuid_is_zero(&chain.terminal))
            chain.name = chain.incarnation == 0 ? "this shop" : "the centre";
        is_done = compare(&chain, err);
        if (is_done)
            tell_flaws(&chain, central_text(heads, i, FLAWS));
    }
    central_clear(heads);
    return is_done;
}
