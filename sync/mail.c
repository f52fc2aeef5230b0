#include "sync/mail.h"

#include "model/base/instant.h"
#include "sync/http.h"
#include "sync/http_perform.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum { LINE_BYTES = 57 /* 76 characters of base64 */, ADDRESS_MAX = 254, SECONDS = 60 };

struct reading {
    const struct buffer *text;
    size_t at;
};

bool mail_is_address(const char *text)
{
    const char *at = strchr(text, '@');
    size_t size = strlen(text);
    if (at == NULL || at == text || at[1] == '\0' || strchr(at + 1, '@') != NULL ||
        size > ADDRESS_MAX)
        return false;
    for (size_t i = 0; i < size; i++)
        if ((unsigned char)text[i] <= ' ' || text[i] == 0x7f || strchr("<>()[]\\,;:\"", text[i]))
            return false;
    return true;
}

static void add_base64(struct buffer *out, const void *bytes, size_t size)
{
    char text[128];
    sodium_bin2base64(text, sizeof text, bytes, size, sodium_base64_VARIANT_ORIGINAL);
    buffer_add(out, text);
}

/* Words of a header in RFC 2047's form, cut between characters so that each word is whole. */
static void add_words(struct buffer *out, const char *text)
{
    enum { WORD_BYTES = 42 };
    size_t left = strlen(text);
    while (left > 0) {
        size_t size = left < WORD_BYTES ? left : WORD_BYTES;
        while (size < left && size > 1 && ((unsigned char)text[size] & 0xc0) == 0x80)
            size--;
        buffer_add(out, "=?UTF-8?B?");
        add_base64(out, text, size);
        buffer_add(out, size < left ? "?=\r\n " : "?=");
        text += size;
        left -= size;
    }
}

static void add_date(struct buffer *out, int64_t time)
{
    static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct clock_time utc = {.date = {1970, 1, 1}};
    instant_to_local(time, NULL, &utc);
    buffer_format(out, "Date: %s, %d %s %04d %02d:%02d:%02d +0000\r\n",
                  days[date_weekday(utc.date)], utc.date.day, months[utc.date.month - 1],
                  utc.date.year, utc.hour, utc.minute, utc.second);
}

/* All that people wrote goes in base64: no word of it can be a header or end the mail. */
static void write_mail(const struct mail_account *account, const struct mail *mail,
                       struct buffer *out)
{
    add_date(out, mail->time);
    buffer_add(out, "From: ");
    add_words(out, account->name);
    buffer_format(out, "%s<%s>\r\nTo: <%s>\r\nSubject: ", account->name[0] != '\0' ? " " : "",
                  account->from, mail->to);
    add_words(out, mail->subject);
    buffer_format(out,
                  "\r\nMessage-ID: <%s>\r\nMIME-Version: 1.0\r\nAuto-Submitted: auto-generated\r\n"
                  "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n"
                  "\r\n",
                  mail->id);
    for (size_t at = 0, size = strlen(mail->text); at < size; at += LINE_BYTES) {
        add_base64(out, mail->text + at, size - at < LINE_BYTES ? size - at : LINE_BYTES);
        buffer_add(out, "\r\n");
    }
}

static size_t give(char *bytes, size_t size, size_t count, void *context)
{
    struct reading *reading = context;
    size_t left = reading->text->size - reading->at;
    size *= count;
    if (size > left)
        size = left;
    memcpy(bytes, reading->text->text + reading->at, size);
    reading->at += size;
    return size;
}

static void set_up(CURL *curl, const struct mail_account *account, const char *url,
                   const struct curl_slist *to, struct reading *reading, char *why)
{
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(curl, CURLOPT_USE_SSL,
                     strcmp(account->security, "none") == 0 ? (long)CURLUSESSL_NONE
                                                            : (long)CURLUSESSL_ALL);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)SECONDS);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)SECONDS / 4);
    if (account->user[0] != '\0') {
        curl_easy_setopt(curl, CURLOPT_USERNAME, account->user);
        curl_easy_setopt(curl, CURLOPT_PASSWORD, account->password.text);
    }
    curl_easy_setopt(curl, CURLOPT_MAIL_FROM, account->from);
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to);
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, give);
    curl_easy_setopt(curl, CURLOPT_READDATA, reading);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, why);
}

/* A server takes a mail with its answer to the end of it. Before that end nothing is sent; after it
 * a number says what became of it, and silence leaves it open. */
static enum mail_outcome judge(CURL *curl, CURLcode code, const struct reading *reading,
                               const char *why, struct error *err)
{
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    if (code == CURLE_OK)
        return MAIL_SENT;
    error_set(err, ERROR_NETWORK, "%.200s", why[0] != '\0' ? why : curl_easy_strerror(code));
    bool is_whole = reading->at == reading->text->size;
    if (is_whole && status < 400)
        return MAIL_UNKNOWN;
    bool is_of_address = !is_whole && code == CURLE_SEND_ERROR && status >= 550 && status <= 553;
    return is_of_address || (is_whole && status >= 500) ? MAIL_REFUSED : MAIL_NOT_SENT;
}

enum mail_outcome mail_send(const struct mail_account *account, const struct mail *mail,
                            struct error *err)
{
    char why[CURL_ERROR_SIZE] = "", url[300];
    struct buffer text;
    if (!mail_is_address(mail->to)) {
        error_set(err, ERROR_INPUT, "\"%.100s\" is no e-mail address", mail->to);
        return MAIL_REFUSED;
    }
    http_begin();
    buffer_init(&text);
    write_mail(account, mail, &text);
    struct reading reading = {.text = &text};
    snprintf(url, sizeof url, "%s://%.200s:%d",
             strcmp(account->security, "tls") == 0 ? "smtps" : "smtp", account->host,
             account->port);
    CURL *curl = curl_easy_init();
    struct curl_slist *to = curl_slist_append(NULL, mail->to);
    enum mail_outcome outcome = MAIL_NOT_SENT;
    if (curl != NULL && to != NULL) {
        set_up(curl, account, url, to, &reading, why);
        outcome = judge(curl, http_perform(curl), &reading, why, err);
    } else {
        error_set(err, ERROR_SYSTEM, "libcurl can't be started");
    }
    curl_slist_free_all(to);
    curl_easy_cleanup(curl);
    buffer_done(&text);
    return outcome;
}
