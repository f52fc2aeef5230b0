#include "tui/screens/sync_lists.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* In the words of app_age(), by SQL, so that it can be listed, exported and sorted like a field. */
#define MINUTES(instant) "((now() - " instant ") / 60000000)"
#define AGE(instant)                                                                               \
    "CASE WHEN " MINUTES(instant) " < 1 THEN '<1m' WHEN " MINUTES(instant) " < 60 THEN " MINUTES(  \
        instant) " || 'm' WHEN " MINUTES(instant) " < 2880 THEN (" MINUTES(instant) " / 60) || "   \
                                                                                    "'h' ELSE "    \
                                                                                    "(" MINUTES(   \
                                                                                        instant) " / 1440) || 'd' END"

static const char *const unsent_states[] = {"waiting", "sending",   "parked",
                                            "blocked", "withdrawn", NULL};

static const struct query_field unsent_fields[] = {
    {.name = "id", .label = "Id", .sql = "o.id", .type = COLUMN_UUID},
    {.name = "number",
     .label = "Number",
     .sql = "o.seq",
     .type = COLUMN_INTEGER,
     .is_sortable = true,
     .is_unique = true,
     .help = "Its place in the queue"},
    {.name = "state",
     .label = "State",
     .sql = "CASE WHEN o.withdrawn_at IS NOT NULL THEN 'withdrawn'"
            " WHEN o.state = 'blocked' THEN 'blocked' WHEN o.is_parked THEN 'parked'"
            " WHEN o.attempts > 0 THEN 'sending' ELSE 'waiting' END",
     .type = COLUMN_TEXT,
     .choices = unsent_states,
     .help = "Parked: its rows can't be shown; blocked: it needs one that was not taken; "
             "withdrawn: only its place is sent"},
    {.name = "what",
     .label = "What",
     .sql = "coalesce(nullif(o.summary, ''), o.kind)",
     .type = COLUMN_TEXT,
     .help = "What was done, in words"},
    {.name = "age",
     .label = "Age",
     .sql = AGE("o.occurred_at"),
     .type = COLUMN_TEXT,
     .order = "-o.occurred_at",
     .help = "How long it waits"},
    {.name = "who", .label = "Who", .sql = "o.actor_name", .type = COLUMN_TEXT},
    {.name = "tries",
     .label = "Tries",
     .sql = "o.attempts",
     .type = COLUMN_INTEGER,
     .help = "How often it was sent"},
    {.name = "time", .label = "Time", .sql = "o.occurred_at", .type = COLUMN_INSTANT},
    {.name = "reason", .label = "Reason", .sql = "o.reason", .type = COLUMN_TEXT},
};

static const struct query_source unsent_source = {
    .name = "unsent",
    .from = "outbox AS o",
    .id = "o.id",
    .fields = unsent_fields,
    .field_count = COUNT(unsent_fields),
    .sort = "number",
};

static const struct query_field attention_fields[] = {
    {.name = "id", .label = "Id", .sql = "a.id", .type = COLUMN_UUID},
    {.name = "kind",
     .label = "Kind",
     .sql = "a.kind",
     .type = COLUMN_TEXT,
     .help = "refused, conflict, blocked, money, stock …"},
    {.name = "what",
     .label = "What",
     .sql = "a.summary",
     .type = COLUMN_TEXT,
     .help = "What was done, in words"},
    {.name = "reason",
     .label = "Reason",
     .sql = "a.reason",
     .type = COLUMN_TEXT,
     .help = "Why the centre did not take it, or what is to be looked at"},
    {.name = "age",
     .label = "Age",
     .sql = AGE("a.raised_at"),
     .type = COLUMN_TEXT,
     .order = "-a.raised_at"},
    {.name = "who",
     .label = "Who",
     .sql = "coalesce((SELECT actor_name FROM journal AS j WHERE j.id = a.operation_id),"
            " (SELECT actor_name FROM outbox AS o WHERE o.id = a.operation_id))",
     .type = COLUMN_TEXT},
    {.name = "raised",
     .label = "Raised",
     .sql = "a.raised_at",
     .type = COLUMN_INSTANT,
     .is_sortable = true},
};

static const struct query_source attention_source = {
    .name = "attention",
    .from = "attention AS a",
    .id = "a.id",
    .where = "a.done_at IS NULL",
    .fields = attention_fields,
    .field_count = COUNT(attention_fields),
    .sort = "raised",
};

static const struct query_field log_fields[] = {
    {.name = "row",
     .label = "Row",
     .sql = "l.number",
     .type = COLUMN_INTEGER,
     .is_sortable = true,
     .is_unique = true},
    {.name = "time", .label = "Time", .sql = "l.logged_at", .type = COLUMN_INSTANT},
    {.name = "what",
     .label = "What",
     .sql = "l.what",
     .type = COLUMN_TEXT,
     .help = "sent, answer, received, line, copy, error"},
    {.name = "text", .label = "Text", .sql = "l.words", .type = COLUMN_TEXT},
};

static const struct query_source log_source = {
    .name = "log",
    .from = "sync_log AS l",
    .id = "CAST(printf('%016x', l.number) AS BLOB)",
    .fields = log_fields,
    .field_count = COUNT(log_fields),
    .sort = "row",
    .sort_descending = true,
};

static enum role role_of(const char *word)
{
    static const struct {
        const char *word;
        enum role role;
    } roles[] = {
        {"waiting", ROLE_UNSENT},  {"sending", ROLE_UNSENT}, {"parked", ROLE_WARNING},
        {"blocked", ROLE_DANGER},  {"withdrawn", ROLE_DIM},  {"refused", ROLE_DANGER},
        {"conflict", ROLE_DANGER}, {"error", ROLE_DANGER},   {"line", ROLE_DIM},
        {"received", ROLE_GOOD},   {"answer", ROLE_STRONG},
    };
    for (size_t i = 0; i < COUNT(roles); i++)
        if (strcmp(roles[i].word, word) == 0)
            return roles[i].role;
    return ROLE_WARNING;
}

static enum role quiet(const char *text)
{
    (void)text;
    return ROLE_DIM;
}

static const char *no_tries(const char *count)
{
    return strcmp(count, "0") == 0 ? "" : count;
}

static const struct listing_column unsent_columns[] = {
    {{"state", "State", 9, 0, 1, ALIGN_LEFT, false}, role_of, NULL},
    {{"what", "What", 36, 6, 0, ALIGN_LEFT, false}, NULL, NULL},
    {{"age", "Age", 4, 0, 0, ALIGN_RIGHT, false}, NULL, NULL},
    {{"who", "Who", 10, 1, 2, ALIGN_LEFT, false}, NULL, NULL},
    {{"tries", "Tries", 5, 0, 3, ALIGN_RIGHT, false}, NULL, no_tries},
    {{"number", "Number", 7, 0, 5, ALIGN_RIGHT, true}, quiet, NULL},
    {{"time", "Time", 16, 0, 4, ALIGN_LEFT, false}, quiet, NULL},
    {{"reason", "Reason", 16, 4, 6, ALIGN_LEFT, false}, NULL, NULL},
};

static const struct listing_column attention_columns[] = {
    {{"kind", "Kind", 9, 0, 1, ALIGN_LEFT, false}, role_of, NULL},
    {{"what", "What", 24, 4, 0, ALIGN_LEFT, false}, NULL, NULL},
    {{"age", "Age", 4, 0, 0, ALIGN_RIGHT, false}, NULL, NULL},
    {{"reason", "Reason", 30, 6, 2, ALIGN_LEFT, false}, NULL, NULL},
    {{"who", "Who", 10, 1, 3, ALIGN_LEFT, false}, NULL, NULL},
    {{"raised", "Raised", 16, 0, 4, ALIGN_LEFT, true}, quiet, NULL},
};

static const struct listing_column log_columns[] = {
    {{"time", "Time", 16, 0, 1, ALIGN_LEFT, false}, quiet, NULL},
    {{"what", "What", 8, 0, 0, ALIGN_LEFT, false}, role_of, NULL},
    {{"text", "Text", 30, 8, 0, ALIGN_LEFT, false}, NULL, NULL},
};

const struct listing_ops sync_lists[SYNC_LIST_COUNT] = {
    [SYNC_UNSENT] = {.source = &unsent_source,
                     .columns = unsent_columns,
                     .column_count = COUNT(unsent_columns),
                     .empty = "Everything is sent",
                     .open = sync_enter},
    [SYNC_ATTENTION] = {.source = &attention_source,
                        .columns = attention_columns,
                        .column_count = COUNT(attention_columns),
                        .empty = "Nothing needs attention",
                        .open = sync_enter},
    [SYNC_LOG] = {.source = &log_source,
                  .columns = log_columns,
                  .column_count = COUNT(log_columns),
                  .empty = "Nothing came or went yet",
                  .open = sync_enter},
};
