/* SPDX-License-Identifier: MIT */
#include "pages.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The file format of LMDB 0.9 on a 64-bit little endian machine, version 1. */
enum { META_MAGIC = (int)0xBEEFC0DE, META_VERSION = 1, META_COUNT = 2, META_SIZE = 152 };
enum { PAGE_HEADER = 16, NODE_HEADER = 8, DEPTH_MAX = 32 };
enum { PAGE_BRANCH = 1, PAGE_LEAF = 2, PAGE_OVERFLOW = 4, PAGE_META = 8, PAGE_KINDS = 0x6f };
enum { NODE_BIG = 1, NODE_OTHER = 6 }; /* NODE_OTHER: sub-databases and duplicates, never ours */
enum { TREE_FREE = 0, TREE_MAIN = 1 };
enum { FREE_FLAGS = 8 }; /* numbers as keys; the main tree has none */
enum { ROOT_NONE = -1, KEY_MAX = 511 };
#define LOOSE_PAGES_MAX (UINT64_C(1) << 20) /* freed again before they were ever written */

typedef struct tree {
    uint16_t depth;
    uint64_t root;
} tree;

/* Keys come in rising order; a key of a branch page is not above the next one in a leaf. */
typedef struct order {
    unsigned char last[KEY_MAX];
    size_t last_size;
    int of_branch;
} order;

typedef struct walk {
    int fd;
    order order; /* of TREE_MAIN */
    uint64_t page_size;
    uint64_t file_pages;
    uint64_t last_page;
    uint64_t transaction;
    tree trees[2];
    uint8_t *seen; /* a bit per page of the file */
} walk;

static uint16_t u16(const unsigned char *at) {
    uint16_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

static uint32_t u32(const unsigned char *at) {
    uint32_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

static uint64_t u64(const unsigned char *at) {
    uint64_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

static int read_at(int fd, void *out, size_t size_bytes, uint64_t offset) {
    char *at = out;
    while (size_bytes > 0) {
        ssize_t got = pread(fd, at, size_bytes, (off_t)offset);
        if (got <= 0) {
            return 0;
        }
        at += got;
        offset += (uint64_t)got;
        size_bytes -= (size_t)got;
    }
    return 1;
}

/* One meta page; keeps what it says when it is the newer one. */
static const char *read_meta(walk *w, uint64_t offset) {
    unsigned char page[PAGE_HEADER + META_SIZE];
    if (!read_at(w->fd, page, sizeof page, offset)) {
        return "it is cut short";
    }
    const unsigned char *meta = page + PAGE_HEADER;
    if ((u16(page + 10) & PAGE_META) == 0 || u32(meta) != (uint32_t)META_MAGIC) {
        return "it is not a store, or its first pages were overwritten";
    }
    if (u32(meta + 4) != META_VERSION) {
        return "it is of another version of LMDB";
    }
    uint64_t page_size = u32(meta + 24);
    if (page_size < 512 || page_size > 65536 || (page_size & (page_size - 1)) != 0 ||
        (offset != 0 && page_size != offset) || u16(meta + 28) != FREE_FLAGS ||
        u16(meta + 76) != 0) {
        return "its first pages are damaged";
    }
    w->page_size = page_size;
    if (offset == 0 || u64(meta + 128) > w->transaction) {
        w->transaction = u64(meta + 128);
        w->last_page = u64(meta + 120);
        for (int t = 0; t < 2; t++) {
            const unsigned char *record = meta + 24 + t * 48;
            w->trees[t] = (tree){u16(record + 6), u64(record + 40)};
        }
    }
    return NULL;
}

static const char *read_metas(walk *w) {
    struct stat info;
    const char *fault = read_meta(w, 0);
    if (fault == NULL) {
        fault = read_meta(w, w->page_size);
    }
    if (fault != NULL) {
        return fault;
    }
    if (fstat(w->fd, &info) != 0) {
        return "its size cannot be told";
    }
    w->file_pages = (uint64_t)info.st_size / w->page_size;
    if (w->last_page < 1 || w->last_page > w->file_pages + LOOSE_PAGES_MAX) {
        return "it is cut short or its first pages are damaged";
    }
    return NULL;
}

/* Marks pages as used; they must lie in the file, and nothing else may use them. */
static const char *use(walk *w, uint64_t page, uint64_t count) {
    if (page < META_COUNT || page > w->last_page || count > w->last_page - page + 1) {
        return "a page number in it is wrong";
    }
    if (page + count > w->file_pages) {
        return "it is cut short";
    }
    for (uint64_t i = page; i < page + count; i++) {
        if ((w->seen[i / 8] >> (i % 8)) & 1) {
            return "a page in it is used twice";
        }
        w->seen[i / 8] |= (uint8_t)(1u << (i % 8));
    }
    return NULL;
}

/* A record of free pages: their number, then the pages from high to low. */
static const char *check_free(walk *w, const unsigned char *data, uint64_t size_bytes) {
    uint64_t count = size_bytes >= 8 ? u64(data) : UINT64_MAX, before = UINT64_MAX;
    if (count > size_bytes / 8 - 1) {
        return "its list of free pages is damaged";
    }
    for (uint64_t i = 0; i < count; i++) {
        uint64_t page = u64(data + 8 + i * 8);
        if (page >= before || page < META_COUNT || page > w->last_page) {
            return "its list of free pages is damaged";
        }
        before = page;
        const char *fault = page < w->file_pages ? use(w, page, 1) : NULL;
        if (fault != NULL) {
            return fault;
        }
    }
    return NULL;
}

/* A value that lies in pages of its own. */
static const char *check_big(walk *w, int t, uint64_t page, uint64_t size_bytes) {
    unsigned char header[PAGE_HEADER];
    uint64_t count = (PAGE_HEADER - 1 + size_bytes) / w->page_size + 1;
    const char *fault = use(w, page, count);
    if (fault != NULL) {
        return fault;
    }
    uint64_t offset = page * w->page_size;
    if (!read_at(w->fd, header, sizeof header, offset) || u64(header) != page ||
        (u16(header + 10) & PAGE_KINDS) != PAGE_OVERFLOW || u32(header + 12) != count) {
        return "the head of a value in it is damaged";
    }
    if (t != TREE_FREE) {
        return NULL;
    }
    unsigned char *data = malloc(size_bytes);
    if (data == NULL || !read_at(w->fd, data, size_bytes, offset + PAGE_HEADER)) {
        fault = data == NULL ? "there is not enough memory to check it" : "it is cut short";
    } else {
        fault = check_free(w, data, size_bytes);
    }
    free(data);
    return fault;
}

static const char *check_order(order *o, const unsigned char *node, int of_branch) {
    size_t size = u16(node + 6), common = size < o->last_size ? size : o->last_size;
    const unsigned char *key = node + NODE_HEADER;
    if (size > KEY_MAX) {
        return "an entry in it is damaged";
    }
    int above = memcmp(key, o->last, common);
    above = above != 0 ? above : (size > o->last_size) - (size < o->last_size);
    if (above < 0 || (above == 0 && !o->of_branch)) {
        return "its keys are out of order";
    }
    memcpy(o->last, key, size);
    o->last_size = size;
    o->of_branch = of_branch;
    return NULL;
}

static const char *check_leaf_node(walk *w, int t, const unsigned char *node, uint64_t room) {
    uint64_t key_size = u16(node + 6), flags = u16(node + 4);
    uint64_t size_bytes = u16(node) | (uint64_t)u16(node + 2) << 16;
    uint64_t held = (flags & NODE_BIG) != 0 ? 8 : size_bytes;
    const unsigned char *data = node + NODE_HEADER + key_size;
    if (key_size == 0 || (t == TREE_FREE && key_size != 8) || key_size + held > room) {
        return "an entry in it is damaged";
    }
    const char *fault = t == TREE_MAIN ? check_order(&w->order, node, 0) : NULL;
    if (fault != NULL) {
        return fault;
    }
    if ((flags & NODE_BIG) != 0) {
        return check_big(w, t, u64(data), size_bytes);
    }
    return t == TREE_FREE ? check_free(w, data, size_bytes) : NULL;
}

static const char *check_page(walk *w, int t, uint64_t number, int depth);

static const char *check_child(walk *w, int t, const unsigned char *node, int depth) {
    uint64_t child = u16(node) | (uint64_t)u16(node + 2) << 16 | (uint64_t)u16(node + 4) << 32;
    return check_page(w, t, child, depth);
}

static const char *check_nodes(walk *w, int t, const unsigned char *page, int depth) {
    uint64_t lower = u16(page + 12), upper = u16(page + 14);
    int leaf = depth == 1;
    uint64_t count = (lower - PAGE_HEADER) / 2;
    for (uint64_t i = 0; i < count; i++) {
        uint64_t at = u16(page + PAGE_HEADER + i * 2);
        if (at < upper || at % 2 != 0 || at + NODE_HEADER > w->page_size) {
            return "an entry in it is damaged";
        }
        const unsigned char *node = page + at;
        uint64_t room = w->page_size - at - NODE_HEADER;
        const char *fault = NULL;
        if (leaf) {
            fault = check_leaf_node(w, t, node, room);
        } else if (u16(node + 6) > room) {
            fault = "an entry in it is damaged";
        } else {
            fault = t == TREE_MAIN && i > 0 ? check_order(&w->order, node, 1) : NULL;
            fault = fault != NULL ? fault : check_child(w, t, node, depth - 1);
        }
        if (fault != NULL) {
            return fault;
        }
    }
    return NULL;
}

static const char *check_page(walk *w, int t, uint64_t number, int depth) {
    const char *fault = use(w, number, 1);
    if (fault != NULL) {
        return fault;
    }
    unsigned char *page = malloc(w->page_size);
    if (page == NULL || !read_at(w->fd, page, w->page_size, number * w->page_size)) {
        fault = page == NULL ? "there is not enough memory to check it" : "it is cut short";
        free(page);
        return fault;
    }
    uint64_t lower = u16(page + 12), upper = u16(page + 14);
    int kind = depth == 1 ? PAGE_LEAF : PAGE_BRANCH;
    if (u64(page) != number || (u16(page + 10) & PAGE_KINDS) != kind ||
        lower < PAGE_HEADER + (depth == 1 ? 2 : 4) || lower % 2 != 0 || lower > upper ||
        upper > w->page_size) {
        fault = "a page in it is damaged";
    } else {
        fault = check_nodes(w, t, page, depth);
    }
    free(page);
    return fault;
}

static const char *check_once(walk *w) {
    w->order = (order){.of_branch = 1};
    const char *fault = read_metas(w);
    if (fault != NULL) {
        return fault;
    }
    w->seen = calloc(w->file_pages / 8 + 1, 1);
    if (w->seen == NULL) {
        return "there is not enough memory to check it";
    }
    for (int t = 0; t < 2 && fault == NULL; t++) {
        if (w->trees[t].root != (uint64_t)ROOT_NONE) {
            int depth = w->trees[t].depth;
            fault = depth < 1 || depth > DEPTH_MAX ? "its first pages are damaged"
                                                   : check_page(w, t, w->trees[t].root, depth);
        }
    }
    free(w->seen);
    w->seen = NULL;
    return fault;
}

const char *by_pages_fault(int fd) {
    const char *fault = NULL;
    /* No reader's slot keeps the pages of this transaction from being used again, so a fault
     * counts only when no other transaction was finished meanwhile. */
    for (int tries = 0; tries < 100; tries++) {
        walk w = {.fd = fd}, after = {.fd = fd};
        fault = check_once(&w);
        if (fault == NULL || (read_metas(&after) == NULL && after.transaction == w.transaction)) {
            break;
        }
        usleep(1000);
    }
    return fault;
}
