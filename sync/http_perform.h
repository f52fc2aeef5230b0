/* What all that uses libcurl shares. */
#ifndef SYNC_HTTP_PERFORM_H
#define SYNC_HTTP_PERFORM_H

#include <curl/curl.h>

/* curl_easy_perform(), without the signal that writing to a server which has gone raises: libcurl
 * leaves that to its caller, and TLS does raise it. */
CURLcode http_perform(CURL *curl);

#endif
