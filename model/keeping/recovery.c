#include "model/keeping/key_ring.h"

#include <ctype.h>
#include <sodium.h>
#include <string.h>

enum {
    CHECK_BYTES = 3,
    BYTES = KEY_SIZE + CHECK_BYTES,
    BITS_OF_LETTER = 5,
    LETTERS = BYTES * 8 / BITS_OF_LETTER,
    GROUP = 4,
};
_Static_assert(BYTES * 8 % BITS_OF_LETTER == 0 && LETTERS % GROUP == 0, "whole groups");
_Static_assert(LETTERS + LETTERS / GROUP <= RECOVERY_SIZE, "room for the text");

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static void add_check(unsigned char bytes[BYTES])
{
    static const unsigned char purpose[] = "countertop recovery";
    unsigned char hash[crypto_generichash_BYTES];
    crypto_generichash(hash, sizeof hash, bytes, KEY_SIZE, purpose, sizeof purpose - 1);
    memcpy(bytes + KEY_SIZE, hash, CHECK_BYTES);
    sodium_memzero(hash, sizeof hash);
}

void recovery_write(const struct worker_key *key, char text[RECOVERY_SIZE])
{
    unsigned char bytes[BYTES];
    size_t used = 0;
    memcpy(bytes, key->secret, KEY_SIZE);
    add_check(bytes);
    for (int letter = 0; letter < LETTERS; letter++) {
        unsigned number = 0;
        for (int bit = letter * BITS_OF_LETTER; bit < (letter + 1) * BITS_OF_LETTER; bit++)
            number = number << 1 | ((unsigned)bytes[bit / 8] >> (7 - bit % 8) & 1U);
        if (letter > 0 && letter % GROUP == 0)
            text[used++] = ' ';
        text[used++] = alphabet[number];
    }
    text[used] = '\0';
    sodium_memzero(bytes, sizeof bytes);
}

/* 0 to 31, or -1. */
static int number_of(char letter)
{
    char capital = (char)toupper((unsigned char)letter);
    capital = capital == 'O' ? '0' : capital == 'I' || capital == 'L' ? '1' : capital;
    const char *at = strchr(alphabet, capital);
    return capital != '\0' && at != NULL ? (int)(at - alphabet) : -1;
}

static bool read_letters(const char *text, unsigned char bytes[BYTES], struct error *err)
{
    int letter = 0;
    memset(bytes, 0, BYTES);
    for (; *text != '\0'; text++) {
        if (*text == '-' || isspace((unsigned char)*text))
            continue;
        int number = number_of(*text);
        if (number < 0)
            return error_set(err, ERROR_INPUT, "group %d has a character that no such text has",
                             letter / GROUP + 1);
        if (letter == LETTERS)
            return error_set(err, ERROR_INPUT, "the text is longer than %d groups of %d",
                             LETTERS / GROUP, GROUP);
        for (int i = 0; i < BITS_OF_LETTER; i++) {
            int bit = letter * BITS_OF_LETTER + i;
            unsigned one = (unsigned)number >> (BITS_OF_LETTER - 1 - i) & 1U;
            bytes[bit / 8] = (unsigned char)(bytes[bit / 8] | one << (7 - bit % 8));
        }
        letter++;
    }
    return letter == LETTERS || error_set(err, ERROR_INPUT,
                                          "the text has %d groups of %d; of yours %d characters "
                                          "are there",
                                          LETTERS / GROUP, GROUP, letter);
}

bool recovery_read(const char *text, int64_t now, struct worker_key *out, struct error *err)
{
    unsigned char bytes[BYTES], right[BYTES];
    bool is_read = read_letters(text, bytes, err);
    if (is_read) {
        memcpy(right, bytes, KEY_SIZE);
        add_check(right);
        is_read = (memcmp(bytes, right, BYTES) == 0 && worker_key_from(bytes, now, out)) ||
                  error_set(err, ERROR_INPUT,
                            "a character of the text is wrong: compare it with the paper");
    }
    sodium_memzero(bytes, sizeof bytes);
    sodium_memzero(right, sizeof right);
    return is_read;
}
