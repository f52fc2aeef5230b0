#include "model/till/till_report.h"

#include "model/base/instant.h"
#include "model/till/till_parts.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

/* What the figures are taken from: ?1 the session, ?2 its register, ?3 and ?4 from when to when,
 * ?5 the currency, or NULL for all. What was cancelled before it was placed was never sold. */
#define SOLD                                                                                       \
    "kind <> 'quote' AND status NOT IN ('draft', 'parked') AND deleted_at IS NULL"                 \
    " AND register_id = ?2 AND (?5 IS NULL OR currency = ?5) AND NOT EXISTS (SELECT 1"             \
    " FROM order_events AS e WHERE e.order_id = orders.id AND (e.kind = 'void'"                    \
    " OR e.to_status = 'cancelled' AND e.from_status IN ('draft', 'parked')))"
#define PARTS                                                                                      \
    "WITH placed AS (SELECT * FROM orders WHERE placed_at BETWEEN ?3 AND ?4 AND " SOLD "),"        \
    " gone AS (SELECT * FROM orders WHERE status = 'cancelled'"                                    \
    " AND cancelled_at BETWEEN ?3 AND ?4 AND " SOLD "),"                                           \
    " lines AS (SELECT 1 AS sign, i.* FROM placed AS o JOIN order_items AS i ON i.order_id = o.id" \
    " UNION ALL SELECT -1, i.* FROM gone AS o JOIN order_items AS i ON i.order_id = o.id),"        \
    " paid AS (SELECT * FROM payments WHERE cash_session_id = ?1"                                  \
    " AND (?5 IS NULL OR currency = ?5)"                                                           \
    " AND status IN ('captured', 'partially_refunded', 'refunded')),"                              \
    " back AS (SELECT * FROM refunds WHERE cash_session_id = ?1"                                   \
    " AND (?5 IS NULL OR currency = ?5)) "

struct reading {
    struct store *store;
    const struct till_session *session;
    int64_t until;
    const char *currency; /* NULL: all */
    struct error *err;
};

static struct statement *begin(const struct reading *reading, const char *sql)
{
    struct statement *statement = store_prepare(reading->store, sql, reading->err);
    if (statement == NULL)
        return NULL;
    statement_bind_uuid(statement, 1, &reading->session->id);
    statement_bind_uuid(statement, 2, &reading->session->register_id);
    statement_bind_integer(statement, 3, reading->session->opened_at);
    statement_bind_integer(statement, 4, reading->until);
    statement_bind_text(statement, 5, reading->currency);
    return statement;
}

static json_t *write_value(struct value value)
{
    struct uuid id;
    char text[UUID_TEXT_SIZE];
    if (value.kind == VALUE_INTEGER)
        return json_integer(value.integer);
    if (value.kind == VALUE_TEXT)
        return json_string(value.bytes);
    if (!value_as_uuid(value, &id))
        return json_null();
    uuid_text(&id, text);
    return json_string(text);
}

/* One row as an object; `names` are those of its columns, with spaces between. */
static void add_columns(json_t *object, const struct statement *row, const char *names)
{
    int column = 0;
    for (const char *at = names; *at != '\0'; column++) {
        size_t size = strcspn(at, " ");
        json_object_setn_new(object, at, size, write_value(statement_value(row, column)));
        at += size + (at[size] == ' ');
    }
}

/* The columns of the only row, into the object. */
static bool read_one(const struct reading *reading, const char *names, const char *sql,
                     json_t *object)
{
    struct statement *statement = begin(reading, sql);
    int found = statement != NULL ? statement_step(statement, reading->err) : -1;
    if (found > 0)
        add_columns(object, statement, names);
    statement_done(statement);
    return found >= 0;
}

/* All rows, as an array of objects. */
static bool read_all(const struct reading *reading, const char *names, const char *sql,
                     json_t *object, const char *name)
{
    json_t *rows = json_array();
    json_object_set_new(object, name, rows);
    struct statement *statement = begin(reading, sql);
    int found = -1;
    while (statement != NULL && (found = statement_step(statement, reading->err)) > 0) {
        json_t *row = json_object();
        add_columns(row, statement, names);
        json_array_append_new(rows, row);
    }
    statement_done(statement);
    return found == 0;
}

static bool read_currency(const struct reading *reading, json_t *out)
{
    static const char sums[] = PARTS
        "SELECT (SELECT count(*) FROM placed WHERE kind <> 'return'),"
        " (SELECT count(*) FROM placed WHERE kind = 'return'),"
        " coalesce((SELECT sum(total_cents) FROM lines WHERE sign > 0 AND quantity_milli > 0), 0),"
        " coalesce((SELECT sum(total_cents) FROM lines WHERE sign > 0 AND quantity_milli < 0), 0),"
        " coalesce((SELECT sum(discount_cents + order_discount_cents) FROM lines"
        " WHERE sign > 0), 0),"
        " coalesce((SELECT sum(shipping_cents) FROM placed), 0),"
        " coalesce((SELECT sum(rounding_cents) FROM placed), 0),"
        " (SELECT count(*) FROM gone), coalesce((SELECT sum(total_cents) FROM gone), 0),"
        " coalesce((SELECT sum(total_cents) FROM placed), 0)"
        " - coalesce((SELECT sum(total_cents) FROM gone), 0)";
    static const char taxes[] =
        PARTS "SELECT tax_bp, sum(sign * (total_cents - tax_cents)), sum(sign * tax_cents),"
              " sum(sign * total_cents) FROM lines GROUP BY tax_bp ORDER BY tax_bp";
    static const char tenders[] = PARTS
        "SELECT method, sum(is_in), sum(is_in * amount_cents), sum(1 - is_in),"
        " sum((1 - is_in) * amount_cents) FROM"
        " (SELECT method, amount_cents, 1 AS is_in FROM paid"
        " UNION ALL SELECT method, amount_cents, 0 FROM back) GROUP BY method ORDER BY method";
    return read_one(reading,
                    "sales returns sold_cents returned_cents discount_cents shipping_cents "
                    "rounding_cents cancelled cancelled_cents total_cents",
                    sums, out) &&
           read_all(reading, "bp net_cents tax_cents gross_cents", taxes, out, "taxes") &&
           read_all(reading, "method count cents refunds refunded_cents", tenders, out, "tenders");
}

/* The session's own currency stands first, whatever was sold. */
static bool read_currencies(const struct reading *reading, json_t *out)
{
    static const char sql[] = PARTS
        "SELECT s.currency, 0 FROM cash_sessions AS s WHERE s.id = ?1 UNION"
        " SELECT o.currency, 1 FROM (SELECT currency FROM placed UNION SELECT currency FROM gone"
        " UNION SELECT currency FROM paid UNION SELECT currency FROM back) AS o"
        " WHERE o.currency <> (SELECT s.currency FROM cash_sessions AS s WHERE s.id = ?1)"
        " ORDER BY 2, 1";
    if (!read_all(reading, "currency", sql, out, "currencies"))
        return false;
    struct reading one = *reading;
    size_t i;
    json_t *object;
    bool is_read = true;
    json_array_foreach(json_object_get(out, "currencies"), i, object)
    {
        one.currency = json_string_value(json_object_get(object, "currency"));
        is_read = is_read && read_currency(&one, object);
    }
    return is_read;
}

static bool read_session(const struct reading *reading, json_t *out)
{
    static const char session[] = PARTS
        "SELECT r.code, l.name, s.business_day, s.currency, s.opening_cents,"
        " s.opened_by_id FROM cash_sessions AS s"
        " JOIN registers AS r ON r.id = s.register_id JOIN locations AS l ON l.id = r.location_id"
        " WHERE s.id = ?1";
    static const char movements[] = PARTS
        "SELECT kind, count(*), sum(amount_cents) FROM cash_movements WHERE cash_session_id = ?1"
        " GROUP BY kind ORDER BY kind";
    static const char counts[] =
        PARTS "SELECT denomination_cents, sum(pieces) FROM cash_counts WHERE cash_session_id = ?1"
              " AND kind = 'closing' GROUP BY denomination_cents ORDER BY denomination_cents DESC";
    static const char receipts[] = PARTS
        ", given AS (SELECT receipt_number AS number FROM orders WHERE register_id = ?2"
        " AND receipt_number IS NOT NULL AND (kind = 'return' AND id IN (SELECT id FROM placed)"
        " OR kind <> 'return' AND paid_at BETWEEN ?3 AND ?4"
        " AND (id IN (SELECT id FROM placed) OR id IN (SELECT order_id FROM paid))))"
        " SELECT rtrim(number, '0123456789'), count(*), min(number), max(number) FROM given"
        " GROUP BY 1 ORDER BY 1";
    static const char drawer[] =
        PARTS ", voided AS (SELECT o.total_cents FROM orders AS o JOIN order_events AS e"
              " ON e.order_id = o.id AND e.kind = 'void' WHERE o.status = 'cancelled'"
              " AND o.register_id = ?2 AND e.occurred_at BETWEEN ?3 AND ?4)"
              " SELECT (SELECT count(*) FROM voided),"
              " coalesce((SELECT sum(total_cents) FROM voided), 0),"
              " (SELECT count(*) FROM audit_logs WHERE occurred_at BETWEEN ?3 AND ?4"
              " AND action = 'sale.no_sale' AND subject_id = ?2)";
    char opened_at[INSTANT_TEXT_SIZE];
    instant_format(reading->session->opened_at, opened_at);
    json_object_set_new(out, "opened_at", json_string(opened_at));
    return read_one(reading, "register location business_day currency opening_cents opened_by",
                    session, out) &&
           read_all(reading, "kind count cents", movements, out, "movements") &&
           read_all(reading, "denomination_cents pieces", counts, out, "counts") &&
           read_all(reading, "series count first last", receipts, out, "receipts") &&
           read_one(reading, "voids voided_cents no_sales", drawer, out) &&
           read_currencies(reading, out);
}

json_t *till_figures(struct store *store, const struct till_session *session, int64_t until,
                     struct error *err)
{
    const struct reading reading = {.store = store, .session = session, .until = until, .err = err};
    json_t *figures = json_object();
    if (read_session(&reading, figures))
        return figures;
    json_decref(figures);
    return NULL;
}

/* The text of a closed session's report: 1, 0 none was kept, -1 failed. */
static int read_frozen(struct store *store, const struct uuid *session, json_t **out,
                       struct error *err)
{
    struct statement *statement =
        store_prepare(store, "SELECT report FROM cash_sessions WHERE id = ?1", err);
    if (statement == NULL)
        return -1;
    statement_bind_uuid(statement, 1, session);
    int found = statement_step(statement, err);
    if (found > 0 && statement_is_null(statement, 0)) {
        found = 0;
    } else if (found > 0) {
        *out = json_loads(statement_text(statement, 0), 0, NULL);
        if (!json_is_object(*out)) {
            error_set(err, ERROR_STORE,
                      "The Z report of this session was damaged; see countertop till verify");
            found = -1;
        }
    }
    statement_done(statement);
    return found;
}

/* Of an open session: what there should be. Of one that was closed without a report, what its row
 * says. */
static bool add_ends(struct store *store, const struct till_session *session, json_t *out,
                     struct error *err)
{
    char closed_at[INSTANT_TEXT_SIZE];
    int64_t expected = session->expected_cents;
    if (session->is_open && !till_cash(store, &session->id, &expected, err))
        return false;
    json_object_set_new(out, "expected_cents", json_integer(expected));
    if (session->is_open)
        return true;
    instant_format(session->closed_at, closed_at);
    json_object_set_new(out, "closed_at", json_string(closed_at));
    json_object_set_new(out, "z", json_integer(session->z_number));
    json_object_set_new(out, "counted_cents", json_integer(session->counted_cents));
    json_object_set_new(out, "difference_cents", json_integer(session->difference_cents));
    return true;
}

static bool read_open(struct store *store, struct till_report *out, struct error *err)
{
    struct till_settings settings;
    const struct till_session *session = &out->session;
    int64_t until = session->is_open ? env_now(store_env(store)) : session->closed_at;
    out->figures = till_figures(store, session, until, err);
    if (out->figures == NULL || !till_settings(store, &settings, err) ||
        !add_ends(store, session, out->figures, err))
        return false;
    out->is_blind = session->is_open && settings.is_blind;
    if (out->is_blind) {
        json_object_del(out->figures, "expected_cents");
        json_object_del(out->figures, "currencies"); /* cash could be worked out from them */
    }
    return true;
}

bool till_report_read(struct store *store, const struct uuid *session, struct till_report *out,
                      struct error *err)
{
    *out = (struct till_report){.figures = NULL};
    int found = till_session(store, session, &out->session, err);
    if (found == 0)
        return error_set(err, ERROR_NOT_FOUND, "This till session is not in the store");
    int frozen =
        found > 0 && !out->session.is_open ? read_frozen(store, session, &out->figures, err) : 0;
    return found > 0 && frozen >= 0 && (frozen > 0 || read_open(store, out, err));
}

void till_report_done(struct till_report *report)
{
    json_decref(report->figures);
    report->figures = NULL;
}

void till_report_hash(const unsigned char *previous, const char *text,
                      unsigned char hash[TILL_HASH_SIZE])
{
    static_assert(TILL_HASH_SIZE == crypto_hash_sha256_BYTES, "SHA-256");
    static const unsigned char none[TILL_HASH_SIZE];
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, previous != NULL ? previous : none, TILL_HASH_SIZE);
    crypto_hash_sha256_update(&state, (const unsigned char *)text, strlen(text));
    crypto_hash_sha256_final(&state, hash);
}
