#include "model/paper/code_page.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum { FIRST = 128, UNKNOWN = 0xfffd, PARTS = 16 };

static const struct code_page pages[] = {
    {"cp437", 0,
     "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒ"
     "áíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐"
     "└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀"
     "αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0"},
    {"cp850", 2,
     "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒ"
     "áíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐"
     "└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀"
     "ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00ad±‗¾¶§÷¸°¨·¹³²■\u00a0"},
    {"cp858", 19,
     "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒ"
     "áíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐"
     "└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈ€ÍÎÏ┘┌█▄¦Ì▀"
     "ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00ad±‗¾¶§÷¸°¨·¹³²■\u00a0"},
    {"cp1252", 16,
     "€\ufffd‚ƒ„…†‡ˆ‰Š‹Œ\ufffdŽ\ufffd\ufffd‘’“”•–—˜™š›œ\ufffdžŸ"
     "\u00a0¡¢£¤¥¦§¨©ª«¬\u00ad®¯°±²³´µ¶·¸¹º»¼½¾¿"
     "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞß"
     "àáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿ"},
};

/* What is no letter with a mark, and has a twin in every page. */
static const struct {
    utf8proc_int32_t character;
    const char *plain;
} twins[] = {
    {0x00a0, " "},   {0x202f, " "},   {0x2010, "-"},   {0x2011, "-"},   {0x2012, "-"},
    {0x2013, "-"},   {0x2014, "-"},   {0x2212, "-"},   {0x2018, "'"},   {0x2019, "'"},
    {0x201a, ","},   {0x201c, "\""},  {0x201d, "\""},  {0x201e, "\""},  {0x2022, "*"},
    {0x2026, "..."}, {0x20ac, "EUR"}, {0x00d7, "x"},   {0x00df, "ss"},  {0x1e9e, "SS"},
    {0x00c6, "AE"},  {0x00e6, "ae"},  {0x0152, "OE"},  {0x0153, "oe"},  {0x00d8, "O"},
    {0x00f8, "o"},   {0x0141, "L"},   {0x0142, "l"},   {0x0110, "D"},   {0x0111, "d"},
    {0x0131, "i"},   {0x00ab, "<<"},  {0x00bb, ">>"},  {0x00a9, "(c)"}, {0x00ae, "(r)"},
    {0x20bd, "RUB"}, {0x00a3, "GBP"}, {0x20b9, "INR"}, {0x20ba, "TRY"},
};

const struct code_page *code_page_default(void)
{
    return code_page_find("cp858");
}

const struct code_page *code_page_find(const char *name)
{
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++)
        if (strcmp(pages[i].name, name) == 0)
            return &pages[i];
    return NULL;
}

/* The byte that prints the character, or -1. */
static int byte_of(const struct code_page *page, utf8proc_int32_t character)
{
    if (character >= ' ' && character < 127)
        return (int)character;
    const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)page->upper;
    for (int byte = FIRST; *at != '\0'; byte++) {
        utf8proc_int32_t here;
        at += utf8proc_iterate(at, -1, &here);
        if (here == character && here != UNKNOWN)
            return byte;
    }
    return -1;
}

/* The letter without its marks, where the page has that. */
static bool add_plain(const struct code_page *page, utf8proc_int32_t character, struct buffer *out)
{
    utf8proc_int32_t parts[PARTS];
    int bound = 0;
    utf8proc_ssize_t count = utf8proc_decompose_char(
        character, parts, PARTS, UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_STRIPMARK, &bound);
    if (count < 1 || count > PARTS)
        return count == 0; /* a mark alone */
    for (utf8proc_ssize_t i = 0; i < count; i++)
        if (byte_of(page, parts[i]) < 0)
            return false;
    for (utf8proc_ssize_t i = 0; i < count; i++)
        buffer_add_char(out, (char)byte_of(page, parts[i]));
    return true;
}

static void add_character(const struct code_page *page, utf8proc_int32_t character,
                          struct buffer *out)
{
    int byte = byte_of(page, character);
    if (byte >= 0) {
        buffer_add_char(out, (char)byte);
        return;
    }
    utf8proc_category_t category = utf8proc_category(character);
    if (category == UTF8PROC_CATEGORY_CF)
        return;
    if (category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_ZL ||
        category == UTF8PROC_CATEGORY_ZP) {
        buffer_add_char(out, ' ');
        return;
    }
    for (size_t i = 0; i < sizeof twins / sizeof twins[0]; i++)
        if (twins[i].character == character) {
            buffer_add(out, twins[i].plain);
            return;
        }
    if (!add_plain(page, character, out))
        buffer_add_char(out, '?');
}

void code_page_encode(const struct code_page *page, const char *utf8, struct buffer *out)
{
    utf8proc_uint8_t *whole = utf8proc_NFC((const utf8proc_uint8_t *)utf8);
    const utf8proc_uint8_t *at = whole != NULL ? whole : (const utf8proc_uint8_t *)utf8;
    while (*at != '\0') {
        utf8proc_int32_t character;
        utf8proc_ssize_t size = utf8proc_iterate(at, -1, &character);
        if (size < 1)
            buffer_add_char(out, '?');
        else
            add_character(page, character, out);
        at += size < 1 ? 1 : size;
    }
    free(whole);
}

void code_page_decode(const struct code_page *page, const char *bytes, size_t size,
                      struct buffer *out)
{
    for (size_t i = 0; i < size; i++) {
        int byte = (unsigned char)bytes[i];
        const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)page->upper;
        if (byte < FIRST) {
            buffer_add_char(out, bytes[i]);
            continue;
        }
        utf8proc_int32_t skipped;
        for (int k = FIRST; k < byte; k++)
            at += utf8proc_iterate(at, -1, &skipped);
        buffer_add_bytes(out, at, (size_t)utf8proc_iterate(at, -1, &skipped));
    }
}
