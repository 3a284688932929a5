/* SPDX-License-Identifier: MIT */
#include "series.h"

#include <string.h>

static const char *name_fault(const char *name, size_t size_bytes, const char *too_long,
                              const char *unfit) {
    size_t length = strnlen(name, size_bytes);
    if (length == size_bytes) {
        return too_long;
    }
    for (size_t i = 0; i < length; i++) {
        if (name[i] <= ' ' || name[i] > '~') {
            return unfit;
        }
    }
    return length > 0 ? NULL : unfit;
}

const char *by_series_fault(const by_series_id *id) {
    const char *fault = name_fault(id->dataset, sizeof id->dataset, "the dataset name is too long",
                                   "the dataset name is empty or has blanks or special letters");
    if (fault == NULL) {
        fault = name_fault(id->timeframe, sizeof id->timeframe, "the timeframe is too long",
                           "the timeframe is empty or has blanks or special letters");
    }
    if (fault == NULL) {
        fault = name_fault(id->symbol, sizeof id->symbol, "the symbol is longer than 31 letters",
                           "the symbol is empty or has blanks or special letters");
    }
    return fault;
}

static size_t append(char *bytes, size_t length, const char *name) {
    size_t size = strlen(name) + 1;
    memcpy(bytes + length, name, size);
    return length + size;
}

/* Returns the length before padding. NULs sort first, so padding keeps the order of the names. */
static size_t name_key(const by_series_id *id, char letter, by_key *out) {
    *out = (by_key){0};
    char *bytes = (char *)out->word;
    bytes[0] = letter;
    size_t length = append(bytes, 1, id->dataset);
    length = append(bytes, length, id->timeframe);
    return append(bytes, length, id->symbol);
}

void by_series_record_key(const by_series_id *id, by_key *out) {
    out->size_bytes = (name_key(id, 's', out) + 7) / 8 * 8;
}

void by_series_coverage_key(const by_series_id *id, by_key *out) {
    out->size_bytes = (name_key(id, 'c', out) + 7) / 8 * 8;
}

void by_series_actions_key(const by_series_id *id, by_key *out) {
    by_series_id of = *id;
    memset(of.timeframe, 0, sizeof of.timeframe);
    of.dataset[strcspn(of.dataset, "/")] = '\0';
    out->size_bytes = (name_key(&of, 'a', out) + 7) / 8 * 8;
}

/* Big endian with the sign turned, so that bytes sort as times do. */
void by_series_chunk_key(const by_series_id *id, int64_t first_time, by_key *out) {
    size_t words = (name_key(id, 'b', out) + 7) / 8;
    out->word[words] = __builtin_bswap64((uint64_t)first_time ^ UINT64_C(1) << 63);
    out->size_bytes = (words + 1) * 8;
}

int by_series_chunk_time(const by_series_id *id, const void *key, size_t size_bytes, int64_t *out) {
    by_key first;
    uint64_t word;
    by_series_chunk_key(id, 0, &first);
    if (size_bytes != first.size_bytes || memcmp(key, first.word, size_bytes - sizeof word) != 0) {
        return 0;
    }
    memcpy(&word, (const char *)key + size_bytes - sizeof word, sizeof word);
    *out = (int64_t)(__builtin_bswap64(word) ^ UINT64_C(1) << 63);
    return 1;
}

static const char *take(const char **at, const char *end, char *out, size_t size_bytes) {
    size_t left = (size_t)(end - *at), length = strnlen(*at, left);
    if (length == left || length >= size_bytes) {
        return NULL;
    }
    memcpy(out, *at, length + 1);
    *at += length + 1;
    return *at;
}

int by_series_of_key(const void *key, size_t size_bytes, by_series_id *out) {
    const char *at = key, *end = at + size_bytes;
    memset(out, 0, sizeof *out);
    if (size_bytes < 8 || *at++ != 's') {
        return 0;
    }
    return take(&at, end, out->dataset, sizeof out->dataset) != NULL &&
           take(&at, end, out->timeframe, sizeof out->timeframe) != NULL &&
           take(&at, end, out->symbol, sizeof out->symbol) != NULL && by_series_fault(out) == NULL;
}

const char *by_record_read(const void *value, size_t size_bytes, const by_key *key,
                           by_record *out) {
    const char *fault = by_block_fault(value, size_bytes, BY_BLOCK_SERIES, key);
    if (fault != NULL) {
        return fault;
    }
    const by_block *block = value;
    if (block->payload_bytes < sizeof *out) {
        return "it is too short";
    }
    memcpy(out, block + 1, sizeof *out);
    if (out->version < BY_RECORD_VERSION || out->record_bytes < sizeof *out ||
        out->record_bytes > block->payload_bytes || out->chunk_count < 1 ||
        out->chunk_count > BY_CHUNKS_MAX || out->bar_count < out->chunk_count ||
        out->first_time > out->last_time) {
        return "its counts are wrong";
    }
    return NULL;
}

void by_record_write(by_block *block, const by_record *record, const by_key *key) {
    *block = (by_block){.kind = BY_BLOCK_SERIES,
                        .payload_bytes = sizeof *record,
                        .count = 1,
                        .first = record->first_time,
                        .last = record->last_time};
    memcpy(block + 1, record, sizeof *record);
    by_block_seal(block, key);
}

const char *by_chunk_read(const void *value, size_t size_bytes, const by_key *key, by_bars *out) {
    const char *fault = by_block_fault(value, size_bytes, BY_BLOCK_BARS, key);
    if (fault != NULL) {
        return fault;
    }
    const by_block *block = value;
    size_t count = block->count;
    if (count < 1 || count > BY_CHUNK_BARS || block->payload_bytes != count * BY_BAR_BYTES) {
        return "its counts are wrong";
    }
    const int64_t *time = (const int64_t *)(const void *)(block + 1);
    const double *columns = (const double *)(const void *)(time + count);
    *out = (by_bars){.count = (int32_t)count,
                     .time = time,
                     .open = columns,
                     .high = columns + count,
                     .low = columns + 2 * count,
                     .close = columns + 3 * count,
                     .volume = columns + 4 * count};
    return block->first == time[0] && block->last == time[count - 1] ? NULL : "its times are wrong";
}

void by_chunk_write(by_block *block, const by_bars *bars, int32_t from, int32_t count,
                    const by_key *key) {
    size_t column_bytes = (size_t)count * 8;
    const void *columns[BY_COLUMN_COUNT] = {bars->time + from,  bars->open + from,
                                            bars->high + from,  bars->low + from,
                                            bars->close + from, bars->volume + from};
    *block = (by_block){.kind = BY_BLOCK_BARS,
                        .payload_bytes = column_bytes * BY_COLUMN_COUNT,
                        .count = (uint32_t)count,
                        .first = bars->time[from],
                        .last = bars->time[from + count - 1]};
    for (size_t c = 0; c < BY_COLUMN_COUNT; c++) {
        memcpy((char *)(block + 1) + c * column_bytes, columns[c], column_bytes);
    }
    by_block_seal(block, key);
}
