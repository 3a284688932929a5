/* SPDX-License-Identifier: MIT */
#include "import.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "textfile.h"

/* Files that may be parsed ahead of the writer, beside one for each thread: bounds the memory. */
enum { AHEAD = 4, THREADS_MAX = 256 };

typedef struct job {
    char *path;
    by_series_id id;
    int done;
    by_csv *csv;
    by_error error;
} job;

struct by_import {
    by_store *store;
    by_import_options options;
    int32_t count;
    job *jobs;
    int32_t next_parse; /* guarded by lock, as are next_write, stop and done of the jobs */
    int32_t next_write;
    int stop;
    pthread_mutex_t lock;
    pthread_cond_t parsed;
    pthread_cond_t written;
    int32_t thread_count;
    pthread_t threads[THREADS_MAX];
};

static void parse(by_import *import, job *j) {
    char *text;
    size_t size_bytes;
    by_status status =
        by_textfile_read(j->path, BY_IMPORT_FILE_BYTES_MAX, &text, &size_bytes, &j->error);
    if (status == BY_OK) {
        (void)by_csv_parse(text, size_bytes, j->path, &import->options.csv, &j->csv, &j->error);
        free(text);
    }
}

static void *work(void *argument) {
    by_import *import = argument;
    pthread_mutex_lock(&import->lock);
    for (;;) {
        while (!import->stop && import->next_parse < import->count &&
               import->next_parse >= import->next_write + import->thread_count + AHEAD) {
            pthread_cond_wait(&import->written, &import->lock);
        }
        if (import->stop || import->next_parse >= import->count) {
            break;
        }
        job *j = &import->jobs[import->next_parse++];
        pthread_mutex_unlock(&import->lock);
        parse(import, j);
        pthread_mutex_lock(&import->lock);
        j->done = 1;
        pthread_cond_broadcast(&import->parsed);
    }
    pthread_mutex_unlock(&import->lock);
    return NULL;
}

static by_status copy_jobs(by_import *import, const char *const *paths, const by_series_id *ids,
                           by_error *err) {
    import->jobs = calloc((size_t)import->count + 1, sizeof *import->jobs);
    if (import->jobs == NULL) {
        return by_fail_nomem(err, (size_t)import->count * sizeof *import->jobs);
    }
    for (int32_t i = 0; i < import->count; i++) {
        import->jobs[i].id = ids[i];
        import->jobs[i].path = strdup(paths[i]);
        if (import->jobs[i].path == NULL) {
            return by_fail_nomem(err, strlen(paths[i]));
        }
    }
    return BY_OK;
}

by_status by_import_start(by_store *store, const char *const *paths, const by_series_id *ids,
                          int32_t count, const by_import_options *options, by_import **out,
                          by_error *err) {
    *out = NULL;
    by_import *import = calloc(1, sizeof *import);
    if (import == NULL) {
        return by_fail_nomem(err, sizeof *import);
    }
    import->store = store;
    import->options = *options;
    import->count = count > 0 ? count : 0;
    pthread_mutex_init(&import->lock, NULL);
    pthread_cond_init(&import->parsed, NULL);
    pthread_cond_init(&import->written, NULL);
    by_status status = copy_jobs(import, paths, ids, err);
    if (status != BY_OK) {
        by_import_free(import);
        return status;
    }
    int32_t wanted = options->thread_count < 1             ? 1
                     : options->thread_count > THREADS_MAX ? THREADS_MAX
                                                           : options->thread_count;
    wanted = wanted < import->count ? wanted : import->count;
    pthread_mutex_lock(&import->lock);
    while (import->thread_count < wanted &&
           pthread_create(&import->threads[import->thread_count], NULL, work, import) == 0) {
        import->thread_count++;
    }
    pthread_mutex_unlock(&import->lock);
    if (import->thread_count == 0 && wanted > 0) {
        by_import_free(import);
        return by_fail(err, BY_LIMIT, "import: no thread could be started; close other programs");
    }
    *out = import;
    return BY_OK;
}

static void tell(by_import_file *file, const job *j, by_status status, const by_error *error) {
    file->status = (int32_t)status;
    if (status != BY_OK) {
        memcpy(file->message, error->message, sizeof file->message);
    }
    if (j->csv == NULL) {
        return;
    }
    file->refused_count = j->csv->refused_count;
    file->repeated_count = j->csv->repeated_count;
    file->refusal_count =
        j->csv->refused_count < BY_CSV_REFUSALS_KEPT ? j->csv->refused_count : BY_CSV_REFUSALS_KEPT;
    memcpy(file->refusals, j->csv->refusals, sizeof file->refusals);
}

int32_t by_import_next(by_import *import, by_import_file *file) {
    *file = (by_import_file){0};
    pthread_mutex_lock(&import->lock);
    if (import->next_write >= import->count) {
        pthread_mutex_unlock(&import->lock);
        return 0;
    }
    job *j = &import->jobs[import->next_write];
    while (!j->done) {
        pthread_cond_wait(&import->parsed, &import->lock);
    }
    pthread_mutex_unlock(&import->lock);
    by_error error = j->error;
    by_status status = (by_status)error.status;
    if (j->csv != NULL) {
        status = by_store_put(import->store, &j->id, &j->csv->bars, import->options.replace,
                              import->options.fetched_time, &file->counts, &error);
    }
    tell(file, j, status, &error);
    by_csv_free(j->csv);
    j->csv = NULL;
    pthread_mutex_lock(&import->lock);
    import->next_write++;
    pthread_cond_broadcast(&import->written);
    pthread_mutex_unlock(&import->lock);
    return 1;
}

void by_import_free(by_import *import) {
    if (import == NULL) {
        return;
    }
    pthread_mutex_lock(&import->lock);
    import->stop = 1;
    pthread_cond_broadcast(&import->written);
    pthread_mutex_unlock(&import->lock);
    for (int32_t i = 0; i < import->thread_count; i++) {
        pthread_join(import->threads[i], NULL);
    }
    for (int32_t i = 0; import->jobs != NULL && i < import->count; i++) {
        by_csv_free(import->jobs[i].csv);
        free(import->jobs[i].path);
    }
    free(import->jobs);
    pthread_cond_destroy(&import->written);
    pthread_cond_destroy(&import->parsed);
    pthread_mutex_destroy(&import->lock);
    free(import);
}
