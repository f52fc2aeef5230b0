/* Fetching a file of the web, for what the worker reads from elsewhere. Whoever wrote the address
 * need not be trusted: http and https alone, five redirects, limits on size and time, and no
 * address within the shop's own network unless that is allowed. */
#ifndef SYNC_HTTP_H
#define SYNC_HTTP_H

#include "model/base/error.h"
#include "model/base/memory.h"

#include <stdbool.h>

enum { HTTP_SECONDS = 30, HTTP_REDIRECTS = 5, HTTP_ETAG_SIZE = 256, HTTP_TIME_SIZE = 101 };

struct http_request {
    const char *url;
    const char *etag, *modified; /* of what is here already; NULL or "": nothing */
    size_t most;                 /* bytes */
    bool allows_private;         /* addresses of the shop's network and this machine, too */
};

struct http_answer {
    bool is_same; /* it did not change, and body is empty */
    struct buffer body;
    char etag[HTTP_ETAG_SIZE], modified[HTTP_TIME_SIZE]; /* "" where it says none */
};

/* Once, before there are threads; it may be called again. */
void http_begin(void);
/* Waits for the network. The body is the caller's, buffer_done(), whatever is returned. */
bool http_get(const struct http_request *request, struct http_answer *out, struct error *err);

#endif
