#include "sync/http.h"

#include "sync/http_perform.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

struct transfer {
    const struct http_request *request;
    struct http_answer *out;
    bool is_large, is_private;
};

static void begin(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

void http_begin(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, begin);
}

CURLcode http_perform(CURL *curl)
{
    const struct timespec at_once = {0};
    sigset_t pipe, before;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, &before);
    CURLcode code = curl_easy_perform(curl);
    while (sigtimedwait(&pipe, NULL, &at_once) > 0)
        continue;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return code;
}

static size_t take_body(char *bytes, size_t size, size_t count, void *context)
{
    struct transfer *transfer = context;
    size *= count;
    transfer->is_large = transfer->out->body.size + size > transfer->request->most;
    if (transfer->is_large)
        return 0;
    buffer_add_bytes(&transfer->out->body, bytes, size);
    return size;
}

static void take_value(const char *line, size_t size, const char *name, char *out, size_t room)
{
    size_t length = strlen(name);
    if (size <= length || strncasecmp(line, name, length) != 0)
        return;
    line += length;
    size -= length;
    while (size > 0 && (*line == ' ' || *line == '\t')) {
        line++;
        size--;
    }
    while (size > 0 && (unsigned char)line[size - 1] <= ' ')
        size--;
    bool is_text = size < room;
    for (size_t i = 0; i < size; i++)
        is_text = is_text && line[i] >= ' ' && line[i] < 0x7f;
    snprintf(out, room, "%.*s", is_text ? (int)size : 0, line);
}

/* Of several answers, as of redirects, the last one's. */
static size_t take_header(char *line, size_t size, size_t count, void *context)
{
    struct http_answer *out = ((struct transfer *)context)->out;
    size *= count;
    if (size >= 5 && strncmp(line, "HTTP/", 5) == 0)
        out->etag[0] = out->modified[0] = '\0';
    take_value(line, size, "ETag:", out->etag, sizeof out->etag);
    take_value(line, size, "Last-Modified:", out->modified, sizeof out->modified);
    return size;
}

/* What no machine of the world has: this one, the network around it, addresses for many. */
static bool is_private_v4(uint32_t address)
{
    static const struct {
        uint32_t net;
        int bits;
    } nets[] = {
        {0x00000000, 8},  {0x0a000000, 8},  {0x64400000, 10}, {0x7f000000, 8},  {0xa9fe0000, 16},
        {0xac100000, 12}, {0xc0000000, 24}, {0xc0a80000, 16}, {0xc6120000, 15}, {0xe0000000, 3},
    };
    for (size_t i = 0; i < sizeof nets / sizeof nets[0]; i++)
        if ((address ^ nets[i].net) >> (32 - nets[i].bits) == 0)
            return true;
    return false;
}

static bool is_private(const struct curl_sockaddr *address)
{
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    if (address->family == AF_INET) {
        memcpy(&v4, &address->addr, sizeof v4);
        return is_private_v4(ntohl(v4.sin_addr.s_addr));
    }
    if (address->family != AF_INET6)
        return true;
    memcpy(&v6, &address->addr, sizeof v6);
    const uint8_t *bytes = v6.sin6_addr.s6_addr;
    if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr) || IN6_IS_ADDR_V4COMPAT(&v6.sin6_addr))
        return true; /* nobody's address in the world */
    bool is_nat64 = bytes[0] == 0 && bytes[1] == 0x64 && bytes[2] == 0xff && bytes[3] == 0x9b;
    return is_nat64 || (bytes[0] & 0xe0) != 0x20; /* 2000::/3 is the world */
}

static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct transfer *transfer = context;
    (void)purpose;
    if (!transfer->request->allows_private && is_private(address)) {
        transfer->is_private = true;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static struct curl_slist *make_headers(const struct http_request *request)
{
    char line[HTTP_ETAG_SIZE + 32];
    struct curl_slist *headers = curl_slist_append(NULL, "Accept: text/calendar, */*;q=0.5");
    if (request->etag != NULL && request->etag[0] != '\0') {
        snprintf(line, sizeof line, "If-None-Match: %s", request->etag);
        headers = curl_slist_append(headers, line);
    }
    if (request->modified != NULL && request->modified[0] != '\0') {
        snprintf(line, sizeof line, "If-Modified-Since: %s", request->modified);
        headers = curl_slist_append(headers, line);
    }
    return headers;
}

static void set_up(CURL *curl, struct transfer *transfer, const struct curl_slist *headers,
                   char *why)
{
    curl_easy_setopt(curl, CURLOPT_URL, transfer->request->url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(curl, CURLOPT_MAXREDIRS, (long)HTTP_REDIRECTS);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)HTTP_SECONDS);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)HTTP_SECONDS / 3);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_PROXY, ""); /* whose address would be all that is checked */
    curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "");
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "Countertop/" COUNTERTOP_VERSION);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, why);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, transfer);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, transfer);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, transfer);
}

static bool judge(CURL *curl, CURLcode code, const struct transfer *transfer, const char *why,
                  struct error *err)
{
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    if (transfer->is_large)
        return error_set(err, ERROR_INPUT, "what is there has more than %zu bytes",
                         transfer->request->most);
    if (transfer->is_private)
        return error_set(err, ERROR_DENIED,
                         "the address is one of a network within; the setting `worker` may allow "
                         "it with \"private_addresses\": 1");
    if (code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_URL_MALFORMAT)
        return error_set(err, ERROR_INPUT,
                         "this is no address that begins with https:// or http://");
    if (code != CURLE_OK)
        return error_set(err, ERROR_NETWORK, "%.200s",
                         why[0] != '\0' ? why : curl_easy_strerror(code));
    transfer->out->is_same = status == 304;
    return status == 200 || status == 304 ||
           error_set(err, ERROR_NETWORK, "the server answers %ld%s", status,
                     status == 404 || status == 410   ? ": nothing is there"
                     : status == 401 || status == 403 ? ": it may not be read"
                                                      : "");
}

bool http_get(const struct http_request *request, struct http_answer *out, struct error *err)
{
    char why[CURL_ERROR_SIZE] = "";
    struct transfer transfer = {.request = request, .out = out};
    *out = (struct http_answer){0};
    buffer_init(&out->body);
    http_begin();
    CURL *curl = curl_easy_init();
    struct curl_slist *headers = make_headers(request);
    if (curl == NULL || headers == NULL) {
        curl_slist_free_all(headers);
        curl_easy_cleanup(curl);
        return error_set(err, ERROR_SYSTEM, "libcurl can't be started");
    }
    set_up(curl, &transfer, headers, why);
    CURLcode code = http_perform(curl);
    bool is_done = judge(curl, code, &transfer, why, err);
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    return is_done;
}
