#include "sync/remind.h"

#include "model/base/instant.h"
#include "model/calendar/reminder.h"
#include "sync/mail.h"

enum { AT_ONCE = 50, FAILURES_MAX = 3 /* in a row: it is not the address */ };

struct round {
    struct store *store;
    const struct actor *actor;
    struct mail_account account;
    int sent, failed, unknown, in_a_row;
};

static const char *write_text(const struct reminder *reminder, struct arena *arena)
{
    char time[INSTANT_TEXT_SIZE];
    instant_format_local(reminder->starts_at, reminder->zone, time);
    return arena_format(arena,
                        "Good day %s,\r\n\r\nthis is to remind you of your appointment:\r\n\r\n"
                        "  %s\r\n  %s (%s)%s%s\r\n\r\n"
                        "If you can't make it, please tell us%s%s.\r\n\r\n%s\r\n",
                        reminder->who, reminder->what, time, reminder->zone,
                        reminder->estimator[0] != '\0' ? "\r\n  with " : "", reminder->estimator,
                        reminder->phone[0] != '\0' ? ": " : "", reminder->phone, reminder->shop);
}

static enum mail_outcome send_one(struct round *round, const struct reminder *reminder,
                                  struct arena *arena, struct error *why)
{
    char id[UUID_TEXT_SIZE], time[INSTANT_TEXT_SIZE];
    uuid_text(&reminder->id, id);
    instant_format_local(reminder->starts_at, reminder->zone, time);
    const struct mail mail = {
        .to = reminder->email,
        .subject = arena_format(arena, "%s on %s, %s", reminder->what, time, reminder->shop),
        .text = write_text(reminder, arena),
        .id = arena_format(arena, "%s@countertop", id),
        .time = env_now(store_env(round->store)),
    };
    return mail_send(&round->account, &mail, why);
}

/* First the row says that it is being sent, durably: whatever happens then, it never goes twice. */
static bool remind_one(struct round *round, const struct reminder *reminder, struct arena *arena,
                       struct error *why, struct error *err)
{
    static const enum reminder_state states[] = {[MAIL_SENT] = REMINDER_DONE,
                                                 [MAIL_NOT_SENT] = REMINDER_QUEUED,
                                                 [MAIL_REFUSED] = REMINDER_FAILED,
                                                 [MAIL_UNKNOWN] = REMINDER_UNKNOWN};
    if (!reminder_set(round->store, round->actor, &reminder->id, REMINDER_SENDING, NULL, err))
        return false;
    env_point(store_env(round->store), "remind.sending");
    enum mail_outcome outcome = send_one(round, reminder, arena, why);
    env_point(store_env(round->store), "remind.sent");
    round->sent += outcome == MAIL_SENT;
    round->unknown += outcome == MAIL_UNKNOWN;
    round->failed += outcome == MAIL_NOT_SENT || outcome == MAIL_REFUSED;
    round->in_a_row = outcome == MAIL_NOT_SENT ? round->in_a_row + 1 : 0;
    return reminder_set(round->store, round->actor, &reminder->id, states[outcome],
                        outcome == MAIL_SENT ? NULL : why->text, err);
}

static bool send_all(struct round *round, const struct reminder *due, int count,
                     struct arena *arena, struct error *err)
{
    struct error why = {0};
    bool is_done = mail_account_read(round->store, arena, &round->account, err);
    for (int i = 0; i < count && is_done && round->in_a_row < FAILURES_MAX; i++)
        is_done = remind_one(round, &due[i], arena, &why, err);
    mail_account_done(&round->account);
    return is_done && (round->in_a_row == 0 || error_set(err, why.code, "%s", why.text));
}

bool remind_send(struct store *store, const struct actor *actor, struct buffer *words,
                 struct error *err)
{
    struct reminder due[AT_ONCE];
    struct round round = {.store = store, .actor = actor};
    struct arena *arena = arena_new();
    int lost = reminders_give_up(store, actor, err);
    int count = lost >= 0 ? reminders_due(store, AT_ONCE, arena, due, err) : -1;
    bool is_done = count >= 0 && (count == 0 || send_all(&round, due, count, arena, err));
    buffer_format(words, "%d mails sent, %d not, of %d nobody knows", round.sent, round.failed,
                  round.unknown + (lost > 0 ? lost : 0));
    arena_free(arena);
    return is_done;
}
