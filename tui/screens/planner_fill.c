/* The page as columns of blocks, or as the sheet of a month. */
#include "tui/screens/planner.h"

#include "model/base/instant.h"
#include "tui/screens/appointment_words.h"

#include <stdio.h>
#include <string.h>

enum { NOBODY_COLUMN = 1, MINUTE_US = 60 * 1000000, NARROW_CELLS = 14 };

int64_t planner_instant(const struct planner *planner, struct date day, int minute)
{
    const struct clock_time local = {.date = day, .hour = minute / 60, .minute = minute % 60};
    int64_t at = 0;
    return instant_from_local(&local, planner->zone, &at) ? at : 0;
}

/* The minute of that day at which an instant is, cut to the day. */
static int minute_of(const struct planner *planner, int64_t at, struct date day)
{
    struct clock_time local;
    if (!instant_to_local(at, planner->zone, &local))
        return 0;
    int64_t days = date_number(local.date) - date_number(day);
    return days < 0 ? 0 : days > 0 ? TIMETABLE_DAY : local.hour * 60 + local.minute;
}

static const char *last_word(const char *text)
{
    const char *space = strrchr(text, ' ');
    return space != NULL && space[1] != '\0' ? space + 1 : text;
}

/* The first letters of the words of a name: "GS". */
static const char *initials(const char *name, struct arena *arena)
{
    struct buffer out;
    buffer_init(&out);
    for (const char *at = name; *at != '\0';) {
        size_t size;
        key_code letter = key_read(at, &size);
        if (letter == 0)
            break;
        if (letter != ' ' && (at == name || at[-1] == ' '))
            buffer_add_bytes(&out, at, size);
        at += size;
    }
    const char *text = arena_text(arena, out.text);
    buffer_done(&out);
    return text;
}

static void describe(struct planner *planner, const struct appointment *appointment,
                     struct timetable_block *block)
{
    struct arena *arena = planner->drawn;
    const char *kind = appointment->type[0] != '\0' ? appointment->type : appointment->service;
    bool is_mixed = planner->view == VIEW_WEEK && !planner->is_alone;
    const char *surname = last_word(appointment->who);
    block->lines[0] = arena_format(arena, "%02d:%02d %s", block->starts / 60, block->starts % 60,
                                   appointment->who);
    block->brief[0] = is_mixed ? initials(appointment->estimator, arena) : surname;
    block->brief[1] = is_mixed ? surname : appointment_state(appointment->status);
    block->lines[1] = arena_format(arena, "%s %s", appointment_state(appointment->status), kind);
    block->lines[2] =
        appointment->resources[0] != '\0' ? appointment->resources : appointment->place;
}

static struct timetable_block block_of(struct planner *planner,
                                       const struct appointment *appointment, struct date day)
{
    struct timetable_block block = {.starts = minute_of(planner, appointment->starts_at, day),
                                    .ends = minute_of(planner, appointment->ends_at, day),
                                    .busy_from = minute_of(planner, appointment->busy_from, day),
                                    .busy_until = minute_of(planner, appointment->busy_until, day),
                                    .mark = appointment_mark(appointment->status),
                                    .role = appointment_block_role(appointment->status),
                                    .is_marked = planner_is_marked(planner, &appointment->id),
                                    .value = appointment};
    if (block.ends <= block.starts) /* over midnight, or in the hour that comes twice */
        block.ends = block.starts < TIMETABLE_DAY - 15 ? block.starts + 15 : TIMETABLE_DAY;
    block.is_faint = strcmp(appointment->status, "cancelled") == 0;
    if (block.is_faint) {
        block.busy_from = block.starts;
        block.busy_until = block.ends;
    }
    block.extra_mark = appointment_row_mark(appointment, &block.extra_role);
    describe(planner, appointment, &block);
    return block;
}

static size_t person_at(const struct planner_page *page, const struct uuid *id)
{
    for (size_t i = 0; i < page->person_count; i++)
        if (uuid_equal(&page->people[i].id, id))
            return i;
    return page->person_count;
}

static bool is_moved(const struct planner *planner, const struct uuid *id)
{
    const struct planner_moving *moving = &planner->moving;
    for (size_t i = 0; moving->is_on && i < moving->count; i++)
        if (uuid_equal(&moving->ids[i], id))
            return true;
    return false;
}

/* The column of an estimator or of a day; the count where it is in none. */
static size_t column_of(const struct planner *planner, int64_t at, const struct uuid *person)
{
    const struct planner_page *page = planner->page;
    struct clock_time local;
    if (page->view == VIEW_DAY)
        return person_at(page, person);
    if (!instant_to_local(at, planner->zone, &local))
        return planner->table.count;
    int64_t day = date_number(local.date) - date_number(page->first);
    return day >= 0 && day < (int64_t)page->days ? (size_t)day : planner->table.count;
}

static struct date day_of(const struct planner *planner, size_t column)
{
    const struct planner_page *page = planner->page;
    return page->view == VIEW_DAY ? page->first
                                  : date_from_number(date_number(page->first) + (int64_t)column);
}

static void add_block(struct planner *planner, size_t column, struct timetable_block block)
{
    if (column < planner->table.count && block.ends > block.starts)
        planner->table.columns[column].blocks[planner->table.columns[column].count++] = block;
}

/* Where something that is being moved would be. */
static void add_ghost(struct planner *planner, const struct appointment *appointment)
{
    const struct planner_moving *moving = &planner->moving;
    struct clock_time local;
    int64_t length = appointment->ends_at - appointment->starts_at;
    if (!instant_to_local(appointment->starts_at, planner->zone, &local))
        return;
    struct date day = date_from_number(date_number(local.date) + moving->days);
    int64_t at = planner_instant(planner, day, local.hour * 60 + local.minute) +
                 (int64_t)moving->minutes * MINUTE_US;
    bool is_elsewhere = !uuid_equal(&moving->estimator, &moving->from_estimator);
    size_t column =
        column_of(planner, at, is_elsewhere ? &moving->estimator : &appointment->estimator_id);
    if (column >= planner->table.count)
        return;
    struct timetable_block block = block_of(planner, appointment, day);
    block.starts = minute_of(planner, at, day_of(planner, column));
    block.ends = minute_of(planner, at + length, day_of(planner, column));
    block.busy_from = block.starts;
    block.busy_until = block.ends;
    block.is_ghost = true;
    block.mark = moving->refusal.code == ERROR_NONE ? ">" : "!";
    block.lines[0] = arena_format(planner->drawn, "%02d:%02d %s", block.starts / 60,
                                  block.starts % 60, appointment->who);
    block.lines[1] = moving->refusal.code == ERROR_NONE ? "to here?" : "not here";
    block.lines[2] = NULL;
    add_block(planner, column, block);
}

static void fill_blocks(struct planner *planner)
{
    const struct planner_page *page = planner->page;
    for (size_t i = 0; i < page->count; i++) {
        const struct appointment *appointment = &page->appointments[i];
        bool is_hidden = planner->hides_cancelled && strcmp(appointment->status, "cancelled") == 0;
        size_t column = column_of(planner, appointment->starts_at, &appointment->estimator_id);
        if (column >= planner->table.count && page->view == VIEW_WEEK)
            column = 0; /* it began before the week */
        if (!is_hidden && column < planner->table.count)
            add_block(planner, column, block_of(planner, appointment, day_of(planner, column)));
        if (is_moved(planner, &appointment->id))
            add_ghost(planner, appointment);
    }
    for (size_t i = 0; i < planner->table.count; i++)
        timetable_lay(&planner->table.columns[i]);
}

static bool has_unassigned(const struct planner_page *page)
{
    for (size_t i = 0; i < page->count; i++)
        if (person_at(page, &page->appointments[i].estimator_id) == page->person_count)
            return true;
    return false;
}

static const char *day_title(const struct planner *planner, struct date day)
{
    static const char *const names[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    return arena_format(planner->drawn, "%s %d", names[date_weekday(day)], day.day);
}

/* "Europe/Berlin" as "Berlin": who lives by another clock. */
static const char *place_of_zone(const char *zone)
{
    const char *slash = strrchr(zone, '/');
    return slash != NULL ? slash + 1 : zone;
}

static void fill_columns(struct planner *planner)
{
    struct planner_page *page = planner->page;
    struct timetable *table = &planner->table;
    bool is_day = page->view == VIEW_DAY;
    int64_t now = env_now(store_env(app_store(planner->app)));
    table->count =
        is_day ? page->person_count + (has_unassigned(page) ? NOBODY_COLUMN : 0) : page->days;
    table->columns = arena_alloc(planner->drawn, (table->count + 1) * sizeof *table->columns);
    for (size_t i = 0; i < table->count; i++) {
        struct timetable_column *column = &table->columns[i];
        struct date day = day_of(planner, i);
        struct clock_time local;
        bool is_today = instant_to_local(now, planner->zone, &local) &&
                        date_number(local.date) == date_number(day);
        bool is_person = is_day && i < page->person_count;
        *column =
            (struct timetable_column){.role = is_today && !is_day ? ROLE_STRONG : ROLE_HEADING,
                                      .now = is_today ? local.hour * 60 + local.minute : -1,
                                      .title = is_person ? page->people[i].name
                                               : is_day  ? "(nobody)"
                                                         : day_title(planner, day)};
        if (is_person && strcmp(page->people[i].zone, planner->zone) != 0)
            column->note = place_of_zone(page->people[i].zone);
        column->blocks =
            arena_alloc(planner->drawn, (2 * page->count + 1) * sizeof *column->blocks);
        if (page->shades != NULL && (is_person || !is_day)) { /* of people, or of one's days */
            column->shades = page->shades[i];
            column->shade_count = page->shade_counts[i];
        }
    }
}

static void fill_summary(struct planner *planner, const struct month_day *day,
                         struct month_sheet_day *out)
{
    struct buffer text;
    const struct {
        const char *mark;
        int count;
    } parts[] = {{"o", day->open},
                 {"~", day->tentative},
                 {"=", day->done},
                 {"-", day->no_show},
                 {"x", day->cancelled}};
    buffer_init(&text);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (parts[i].count > 0)
            buffer_format(&text, "%s%s%d", text.size > 0 ? " " : "", parts[i].mark, parts[i].count);
    int all = day->open + day->tentative + day->done + day->no_show;
    out->count = all > 0 ? arena_format(planner->drawn, "%d", all) : NULL;
    const char **lines = arena_alloc(planner->drawn, (1 + day->entry_count) * sizeof *lines);
    enum role *roles = arena_alloc(planner->drawn, (1 + day->entry_count) * sizeof *roles);
    if (text.size > 0) {
        lines[out->line_count] = arena_text(planner->drawn, text.text);
        roles[out->line_count++] = ROLE_NORMAL;
    }
    out->lines = lines;
    out->roles = roles;
    buffer_done(&text);
    for (size_t i = 0; i < day->entry_count; i++) {
        const struct month_entry *entry = &day->entries[i];
        int minute = minute_of(planner, entry->starts_at, day->date);
        const char *mark = appointment_mark(entry->status);
        lines[out->line_count] = planner->sheet.pane.width / WEEK_DAYS >= NARROW_CELLS
                                     ? arena_format(planner->drawn, "%s%02d:%02d %s", mark,
                                                    minute / 60, minute % 60, entry->who)
                                     : arena_format(planner->drawn, "%s%02d %s", mark, minute / 60,
                                                    last_word(entry->who));
        roles[out->line_count++] = appointment_role(entry->status);
    }
}

static void fill_sheet(struct planner *planner)
{
    const struct planner_page *page = planner->page;
    struct clock_time local = {.date = planner->day};
    instant_to_local(env_now(store_env(app_store(planner->app))), planner->zone, &local);
    planner->sheet.first = page->first;
    planner->sheet.day = planner->day;
    planner->sheet.today = local.date;
    for (size_t i = 0; i < page->days; i++) {
        planner->sheet.days[i] = (struct month_sheet_day){.count = NULL};
        fill_summary(planner, &page->month[i], &planner->sheet.days[i]);
    }
}

void planner_fill(struct planner *planner)
{
    const struct planner_page *page = planner->page;
    if (page == NULL || page->view != planner->view)
        return;
    arena_reset(planner->drawn);
    if (page->view == VIEW_MONTH) {
        fill_sheet(planner);
        return;
    }
    fill_columns(planner);
    fill_blocks(planner);
    size_t column = page->view == VIEW_DAY
                        ? person_at(page, &planner->person)
                        : (size_t)(date_number(planner->day) - date_number(page->first));
    if (uuid_is_zero(&planner->person) && page->view == VIEW_DAY && page->person_count > 0)
        column = 0;
    timetable_go(&planner->table, column, planner->minute);
    planner_follow(planner);
}

void planner_follow(struct planner *planner)
{
    const struct planner_page *page = planner->page;
    if (page == NULL || page->view != planner->view)
        return;
    if (page->view == VIEW_MONTH) {
        planner->day = planner->sheet.day;
        return;
    }
    const struct timetable_block *block = timetable_at(&planner->table);
    planner->minute = block != NULL ? block->starts : planner->table.minute;
    planner->day = day_of(planner, planner->table.column);
    if (page->view == VIEW_DAY)
        planner->person = planner->table.column < page->person_count
                              ? page->people[planner->table.column].id
                              : (struct uuid){{0}};
}
