#include "model/paper/pdf.h"

#include "model/paper/pdf_text.h"

#include <hpdf.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* In points, from the lower left corner of A4. The customer's address stands where the window of an
 * envelope is (DIN 5008, form B). */
static const float LEFT = 62, RIGHT = 550, TOP = 800, ADDRESS = 700, BOTTOM = 90, PAGE_HEIGHT = 842;
static const float SMALL = 8, PLAIN = 9.5F, LARGE = 16, LEADING = 1.35F;

/* The right edges of the columns but for the first, whose left edge is LEFT. */
static const float edges[PDF_COLUMNS] = {292, 334, 386, 442, 482, 550};
static const char *const usual_titles[PDF_COLUMNS] = {"Item",     "Quantity", "Price",
                                                      "Discount", "Tax",      "Amount"};

struct writer {
    const struct pdf_sheet *sheet;
    HPDF_Doc doc;
    HPDF_Page page;
    HPDF_Font plain, bold;
    bool is_unicode;
    float y; /* the next row's baseline */
    struct arena *arena;
};

static const char *ready(struct writer *writer, const char *text)
{
    return writer->is_unicode ? pdf_text_shaped(text, writer->arena)
                              : pdf_text_western(text, writer->arena);
}

static void set_font(struct writer *writer, bool is_bold, float size)
{
    HPDF_Page_SetFontAndSize(writer->page, is_bold ? writer->bold : writer->plain, size);
}

/* How wide so many bytes of the text would be. */
static float width_of(struct writer *writer, const char *text, size_t size)
{
    return HPDF_Page_TextWidth(writer->page, ready(writer, arena_bytes(writer->arena, text, size)));
}

static void put_at(struct writer *writer, float x, float y, const char *text, size_t size)
{
    HPDF_Page_BeginText(writer->page);
    HPDF_Page_TextOut(writer->page, x, y, ready(writer, arena_bytes(writer->arena, text, size)));
    HPDF_Page_EndText(writer->page);
}

static void put_right(struct writer *writer, float edge, float y, const char *text)
{
    size_t size = strlen(text);
    put_at(writer, edge - width_of(writer, text, size), y, text, size);
}

static size_t step(const char *text, size_t at)
{
    at++;
    while (((unsigned char)text[at] & 0xc0) == 0x80)
        at++;
    return at;
}

/* How many bytes of a line fit into the width: up to a blank, or what fits of a long word. */
static size_t fit(struct writer *writer, const char *text, size_t size, float width)
{
    size_t words = 0, letters = 0;
    if (width_of(writer, text, size) <= width)
        return size;
    for (size_t at = step(text, 0); at <= size; at = step(text, at)) {
        if (width_of(writer, text, at) > width)
            break;
        letters = at;
        if (text[at] == ' ')
            words = at;
    }
    return words > 0 ? words : letters > 0 ? letters : step(text, 0);
}

/* A text in as many rows as it needs, from y on. Returns how many; `draws` false: only counts. */
static int put_wrapped(struct writer *writer, float x, float y, float width, float size,
                       const char *text, bool draws)
{
    int rows = 0;
    while (*text != '\0') {
        size_t line = strcspn(text, "\n");
        size_t used = line > 0 ? fit(writer, text, line, width) : 0;
        if (draws)
            put_at(writer, x, y - (float)rows * size * LEADING, text, used);
        rows++;
        text += used;
        while (*text == ' ')
            text++;
        text += *text == '\n';
    }
    return rows;
}

static void put_rule(struct writer *writer, float y)
{
    HPDF_Page_SetLineWidth(writer->page, 0.5F);
    HPDF_Page_MoveTo(writer->page, LEFT, y);
    HPDF_Page_LineTo(writer->page, RIGHT, y);
    HPDF_Page_Stroke(writer->page);
}

static void put_mark(struct writer *writer)
{
    if (writer->sheet->mark == NULL)
        return;
    set_font(writer, true, 60);
    HPDF_Page_SetRGBFill(writer->page, 0.85F, 0.85F, 0.85F);
    size_t size = strlen(writer->sheet->mark);
    put_at(writer, (LEFT + RIGHT - width_of(writer, writer->sheet->mark, size)) / 2,
           PAGE_HEIGHT / 2, writer->sheet->mark, size);
    HPDF_Page_SetRGBFill(writer->page, 0, 0, 0);
}

static void put_titles(struct writer *writer)
{
    const char *const *titles =
        writer->sheet->titles != NULL ? writer->sheet->titles : usual_titles;
    set_font(writer, true, PLAIN);
    put_at(writer, LEFT, writer->y, titles[0], strlen(titles[0]));
    for (int i = 1; i < PDF_COLUMNS; i++)
        put_right(writer, edges[i], writer->y, titles[i]);
    put_rule(writer, writer->y - 4);
    writer->y -= PLAIN * LEADING + 6;
    set_font(writer, false, PLAIN);
}

static void add_page(struct writer *writer)
{
    writer->page = HPDF_AddPage(writer->doc);
    HPDF_Page_SetSize(writer->page, HPDF_PAGE_SIZE_A4, HPDF_PAGE_PORTRAIT);
    put_mark(writer);
    set_font(writer, false, PLAIN);
    writer->y = TOP;
}

/* Goes on to a new page where there is no room for so many rows. */
static bool make_room(struct writer *writer, int rows)
{
    if (writer->y - (float)rows * PLAIN * LEADING >= BOTTOM)
        return false;
    add_page(writer);
    return true;
}

static void put_head(struct writer *writer)
{
    const struct pdf_sheet *sheet = writer->sheet;
    add_page(writer);
    set_font(writer, true, 13);
    put_at(writer, LEFT, TOP, sheet->from, strlen(sheet->from));
    set_font(writer, false, SMALL);
    put_wrapped(writer, LEFT, TOP - 16, 230, SMALL, sheet->from_all, true);
    set_font(writer, false, PLAIN);
    put_wrapped(writer, LEFT, ADDRESS, 230, PLAIN, sheet->to, true);
    float y = ADDRESS;
    for (size_t i = 0; i < sheet->fact_count; i++, y -= PLAIN * LEADING) {
        set_font(writer, false, PLAIN);
        put_at(writer, 350, y, sheet->facts[i].label, strlen(sheet->facts[i].label));
        set_font(writer, sheet->facts[i].is_strong, PLAIN);
        put_right(writer, RIGHT, y, sheet->facts[i].text);
    }
    set_font(writer, true, LARGE);
    writer->y = 590;
    writer->y -=
        LARGE * LEADING *
        (float)put_wrapped(writer, LEFT, writer->y, RIGHT - LEFT, LARGE, sheet->title, true);
    writer->y -= 10;
}

static void put_rows(struct writer *writer)
{
    put_titles(writer);
    for (size_t i = 0; i < writer->sheet->row_count; i++) {
        const struct pdf_row *row = &writer->sheet->rows[i];
        const float width = edges[0] - LEFT;
        int rows = put_wrapped(writer, LEFT, 0, width, PLAIN, row->cells[0], false);
        if (make_room(writer, rows))
            put_titles(writer);
        put_wrapped(writer, LEFT, writer->y, width, PLAIN, row->cells[0], true);
        for (int k = 1; k < PDF_COLUMNS; k++)
            put_right(writer, edges[k], writer->y, row->cells[k]);
        writer->y -= (float)(rows > 0 ? rows : 1) * PLAIN * LEADING + 2;
        arena_reset(writer->arena);
    }
}

static void put_sums(struct writer *writer)
{
    make_room(writer, (int)writer->sheet->sum_count + 1);
    put_rule(writer, writer->y + PLAIN - 2);
    writer->y -= 6;
    for (size_t i = 0; i < writer->sheet->sum_count; i++) {
        const struct pdf_pair *sum = &writer->sheet->sums[i];
        writer->y -= sum->is_strong ? 4 : 0;
        set_font(writer, sum->is_strong, sum->is_strong ? PLAIN + 1.5F : PLAIN);
        put_right(writer, edges[3] + 20, writer->y, sum->label);
        put_right(writer, RIGHT, writer->y, sum->text);
        writer->y -= PLAIN * LEADING + (sum->is_strong ? 4 : 0);
    }
    set_font(writer, false, PLAIN);
    int rows = put_wrapped(writer, LEFT, 0, RIGHT - LEFT, PLAIN, writer->sheet->notes, false);
    writer->y -= 12;
    make_room(writer, rows);
    put_wrapped(writer, LEFT, writer->y, RIGHT - LEFT, PLAIN, writer->sheet->notes, true);
}

/* On each page, once it is known how many there are. */
static void put_feet(struct writer *writer)
{
    HPDF_UINT count = 0;
    while (HPDF_GetPageByIndex(writer->doc, count) != NULL)
        count++;
    HPDF_ResetError(writer->doc); /* that of the page behind the last */
    for (HPDF_UINT i = 0; i < count; i++) {
        char number[32];
        writer->page = HPDF_GetPageByIndex(writer->doc, i);
        set_font(writer, false, SMALL);
        put_rule(writer, 70);
        put_wrapped(writer, LEFT, 58, 400, SMALL, writer->sheet->footer, true);
        snprintf(number, sizeof number, "%u / %u", i + 1, count);
        put_right(writer, RIGHT, 58, number);
    }
}

static const char *load_font(struct writer *writer, const char *fonts, const char *name)
{
    const char *path = arena_format(writer->arena, "%s/%s", fonts, name);
    return access(path, R_OK) == 0 ? HPDF_LoadTTFontFromFile(writer->doc, path, HPDF_TRUE) : NULL;
}

static void choose_fonts(struct writer *writer, const char *fonts)
{
    const char *plain = NULL, *bold = NULL;
    if (fonts != NULL) {
        HPDF_UseUTFEncodings(writer->doc);
        plain = load_font(writer, fonts, "DejaVuSans.ttf");
        bold = load_font(writer, fonts, "DejaVuSans-Bold.ttf");
        HPDF_ResetError(writer->doc); /* a font that is no good is one that is missing */
    }
    writer->is_unicode = plain != NULL && bold != NULL;
    const char *encoding = writer->is_unicode ? "UTF-8" : "WinAnsiEncoding";
    writer->plain = HPDF_GetFont(writer->doc, writer->is_unicode ? plain : "Helvetica", encoding);
    writer->bold =
        HPDF_GetFont(writer->doc, writer->is_unicode ? bold : "Helvetica-Bold", encoding);
}

static bool save(struct writer *writer, struct buffer *out)
{
    unsigned char part[4096];
    if (HPDF_GetError(writer->doc) != HPDF_OK || HPDF_SaveToStream(writer->doc) != HPDF_OK)
        return false;
    HPDF_ResetStream(writer->doc);
    for (;;) {
        HPDF_UINT32 size = sizeof part;
        HPDF_STATUS state = HPDF_ReadFromStream(writer->doc, part, &size);
        buffer_add_bytes(out, part, size);
        if (state == HPDF_STREAM_EOF || (state == HPDF_OK && size == 0))
            return true;
        if (state != HPDF_OK)
            return false;
    }
}

bool pdf_make(const struct pdf_sheet *sheet, const char *fonts, struct buffer *out,
              struct error *err)
{
    struct writer writer = {.sheet = sheet, .doc = HPDF_New(NULL, NULL), .arena = arena_new()};
    bool is_made = writer.doc != NULL;
    if (is_made) {
        HPDF_SetCompressionMode(writer.doc, HPDF_COMP_ALL);
        choose_fonts(&writer, fonts);
        HPDF_SetInfoAttr(writer.doc, HPDF_INFO_CREATOR, "Countertop");
        put_head(&writer);
        put_rows(&writer);
        put_sums(&writer);
        put_feet(&writer);
        is_made = save(&writer, out);
    }
    unsigned long code = writer.doc != NULL ? HPDF_GetError(writer.doc) : 0;
    if (writer.doc != NULL)
        HPDF_Free(writer.doc);
    arena_free(writer.arena);
    return is_made ||
           error_set(err, ERROR_SYSTEM, "The PDF can't be made (libharu says %lx)", code);
}
