// libcurl, found when the first file is downloaded. It brings some twenty more shared libraries,
// which take longer to map than the program takes for a package that is up to date, so it isn't
// linked. Variadic functions have one shim for each type of argument, as Swift can't call them. A
// `transfer` is a CURL *, a `multi` a CURLM *.
#ifndef SPKG_CCURL_H
#define SPKG_CCURL_H

#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>
#include <stdint.h>

// Loads and initializes libcurl, for as long as the process lives. To be called once, before all
// others. Returns NULL, or why it can't be used; the text stays valid.
const char *spkg_curl_load(void);

// The version at run time, as 0x075801 for 7.88.1.
unsigned spkg_curl_version(void);

void *spkg_curl_make(void);
// As it was made, but that no child inherits its sockets.
void spkg_curl_reset(void *transfer);
void spkg_curl_destroy(void *transfer);
CURLcode spkg_curl_set_number(void *transfer, CURLoption option, long value);
CURLcode spkg_curl_set_text(void *transfer, CURLoption option, const char *value);
CURLcode spkg_curl_set_pointer(void *transfer, CURLoption option, void *value);
CURLcode spkg_curl_set_function(void *transfer, CURLoption option, curl_write_callback value);
// 0 for what isn't known.
long spkg_curl_number(void *transfer, CURLINFO info);
const char *spkg_curl_phrase(CURLcode code);
// Seconds since 1970 of a date in a header; -1 for what isn't one.
int64_t spkg_curl_date(const char *text);

// A list with one text more; NULL when memory is short, and then the list is as before.
struct curl_slist *spkg_curl_append(struct curl_slist *list, const char *text);
void spkg_curl_free(struct curl_slist *list);

void *spkg_curl_multi_make(void);
void spkg_curl_multi_destroy(void *multi);
CURLMcode spkg_curl_multi_add(void *multi, void *transfer);
CURLMcode spkg_curl_multi_remove(void *multi, void *transfer);
CURLMcode spkg_curl_multi_perform(void *multi, int *running);
CURLMcode spkg_curl_multi_poll(void *multi, int milliseconds);
CURLMcode spkg_curl_multi_wakeup(void *multi);
// Whether a transfer has ended since the last call, and how.
int spkg_curl_multi_ended(void *multi, CURLcode *code);

#endif
