#define _GNU_SOURCE
#include "CCurl.h"

#include <dlfcn.h>
#include <stddef.h>
#include <sys/socket.h>

static struct {
    __typeof__(&curl_global_init) global_init;
    __typeof__(&curl_version_info) version_info;
    __typeof__(&curl_easy_init) easy_init;
    __typeof__(&curl_easy_reset) easy_reset;
    __typeof__(&curl_easy_cleanup) easy_cleanup;
    __typeof__(&curl_easy_setopt) easy_setopt;
    __typeof__(&curl_easy_getinfo) easy_getinfo;
    __typeof__(&curl_easy_strerror) easy_strerror;
    __typeof__(&curl_getdate) getdate;
    __typeof__(&curl_slist_append) slist_append;
    __typeof__(&curl_slist_free_all) slist_free_all;
    __typeof__(&curl_multi_init) multi_init;
    __typeof__(&curl_multi_cleanup) multi_cleanup;
    __typeof__(&curl_multi_add_handle) multi_add_handle;
    __typeof__(&curl_multi_remove_handle) multi_remove_handle;
    __typeof__(&curl_multi_perform) multi_perform;
    __typeof__(&curl_multi_poll) multi_poll;
    __typeof__(&curl_multi_wakeup) multi_wakeup;
    __typeof__(&curl_multi_info_read) multi_info_read;
} curl;

#define FIND(name)                                                         \
    do {                                                                   \
        *(void **)&curl.name = dlsym(library, "curl_" #name);              \
        if (curl.name == NULL) return "it lacks the function curl_" #name; \
    } while (0)

const char *spkg_curl_load(void) {
    // The second is the same library over another TLS library, with the same functions.
    void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        library = dlopen("libcurl-gnutls.so.4", RTLD_NOW | RTLD_LOCAL);
        if (library == NULL) {
            // Of the one that is usual, not of the last one tried.
            dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
            return dlerror();
        }
    }
    FIND(global_init);
    FIND(version_info);
    FIND(easy_init);
    FIND(easy_reset);
    FIND(easy_cleanup);
    FIND(easy_setopt);
    FIND(easy_getinfo);
    FIND(easy_strerror);
    FIND(getdate);
    FIND(slist_append);
    FIND(slist_free_all);
    FIND(multi_init);
    FIND(multi_cleanup);
    FIND(multi_add_handle);
    FIND(multi_remove_handle);
    FIND(multi_perform);
    FIND(multi_poll);
    FIND(multi_wakeup);
    FIND(multi_info_read);
    CURLcode code = curl.global_init(CURL_GLOBAL_ALL);
    return code == CURLE_OK ? NULL : curl.easy_strerror(code);
}

unsigned spkg_curl_version(void) { return curl.version_info(CURLVERSION_NOW)->version_num; }

void *spkg_curl_make(void) { return curl.easy_init(); }

static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *at) {
    (void)context, (void)purpose;
    return socket(at->family, at->socktype | SOCK_CLOEXEC, at->protocol);
}

void spkg_curl_reset(void *transfer) {
    curl.easy_reset(transfer);
    curl.easy_setopt(transfer, CURLOPT_OPENSOCKETFUNCTION, open_socket);
}

void spkg_curl_destroy(void *transfer) { curl.easy_cleanup(transfer); }

CURLcode spkg_curl_set_number(void *transfer, CURLoption option, long value) {
    return curl.easy_setopt(transfer, option, value);
}

CURLcode spkg_curl_set_text(void *transfer, CURLoption option, const char *value) {
    return curl.easy_setopt(transfer, option, value);
}

CURLcode spkg_curl_set_pointer(void *transfer, CURLoption option, void *value) {
    return curl.easy_setopt(transfer, option, value);
}

CURLcode spkg_curl_set_function(void *transfer, CURLoption option, curl_write_callback value) {
    return curl.easy_setopt(transfer, option, value);
}

long spkg_curl_number(void *transfer, CURLINFO info) {
    long value = 0;
    return curl.easy_getinfo(transfer, info, &value) == CURLE_OK ? value : 0;
}

const char *spkg_curl_phrase(CURLcode code) { return curl.easy_strerror(code); }

int64_t spkg_curl_date(const char *text) { return curl.getdate(text, NULL); }

struct curl_slist *spkg_curl_append(struct curl_slist *list, const char *text) {
    return curl.slist_append(list, text);
}

void spkg_curl_free(struct curl_slist *list) { curl.slist_free_all(list); }

void *spkg_curl_multi_make(void) { return curl.multi_init(); }

void spkg_curl_multi_destroy(void *multi) { curl.multi_cleanup(multi); }

CURLMcode spkg_curl_multi_add(void *multi, void *transfer) {
    return curl.multi_add_handle(multi, transfer);
}

CURLMcode spkg_curl_multi_remove(void *multi, void *transfer) {
    return curl.multi_remove_handle(multi, transfer);
}

CURLMcode spkg_curl_multi_perform(void *multi, int *running) {
    return curl.multi_perform(multi, running);
}

CURLMcode spkg_curl_multi_poll(void *multi, int milliseconds) {
    return curl.multi_poll(multi, NULL, 0, milliseconds, NULL);
}

CURLMcode spkg_curl_multi_wakeup(void *multi) { return curl.multi_wakeup(multi); }

int spkg_curl_multi_ended(void *multi, CURLcode *code) {
    int left = 0;
    CURLMsg *message;
    while ((message = curl.multi_info_read(multi, &left)) != NULL) {
        if (message->msg != CURLMSG_DONE) continue;
        *code = message->data.result;
        return 1;
    }
    return 0;
}
