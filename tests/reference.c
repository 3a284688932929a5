/* SPDX-License-Identifier: MIT */
#include "reference.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

enum { COLUMNS_MAX = 240, ROWS_MAX = 1100, LINE_MAX_BYTES = 65536 };

struct reference {
    int32_t column_count;
    int32_t row_count;
    char *names[COLUMNS_MAX];
    double values[COLUMNS_MAX][ROWS_MAX];
};

static void reference_path(char *path, size_t size, const char *folder, const char *name) {
    const char *shared = getenv("BANYAN_SHARED");
    shared = shared != NULL && *shared != '\0' ? shared : "../shared";
    (void)snprintf(path, size, "%s/reference%s%s%s%s", shared, *folder != '\0' ? "/" : "", folder,
                   *name != '\0' ? "/" : "", name);
}

bool reference_found(void) {
    char path[1024];
    struct stat info;
    reference_path(path, sizeof path, "", "");
    if (stat(path, &info) == 0) {
        return true;
    }
    print_message("skipped: no ../shared (%s is not there)\n", path);
    return false;
}

/* Cuts the next cell off; NULL after the last. */
static char *next_cell(char **rest) {
    char *cell = *rest;
    if (cell != NULL) {
        size_t length = strcspn(cell, ",\r\n");
        *rest = cell[length] == ',' ? cell + length + 1 : NULL;
        cell[length] = '\0';
    }
    return cell;
}

static void read_rows(reference *table, FILE *file) {
    static char line[LINE_MAX_BYTES];
    char *cell;
    char *rest = fgets(line, sizeof line, file);
    while ((cell = next_cell(&rest)) != NULL) {
        assert_true(table->column_count < COLUMNS_MAX);
        table->names[table->column_count++] = strdup(cell);
    }
    while ((rest = fgets(line, sizeof line, file)) != NULL) {
        assert_true(table->row_count < ROWS_MAX);
        for (int32_t c = 0; c < table->column_count; c++) {
            cell = next_cell(&rest);
            bool empty = cell == NULL || *cell == '\0';
            table->values[c][table->row_count] = empty ? NAN : strtod(cell, NULL);
        }
        table->row_count++;
    }
}

bool reference_exists(const char *folder, const char *name) {
    char path[1024];
    char file_name[128];
    struct stat info;
    (void)snprintf(file_name, sizeof file_name, "%s.csv", name);
    reference_path(path, sizeof path, folder, file_name);
    return stat(path, &info) == 0;
}

reference *reference_open(const char *folder, const char *name) {
    char path[1024];
    char file_name[128];
    (void)snprintf(file_name, sizeof file_name, "%s.csv", name);
    reference_path(path, sizeof path, folder, file_name);
    FILE *file = fopen(path, "r");
    reference *table = calloc(1, sizeof *table);
    if (file == NULL || table == NULL) {
        fail_msg("cannot read %s", path);
    }
    read_rows(table, file);
    (void)fclose(file);
    return table;
}

void reference_free(reference *table) {
    for (int32_t c = 0; c < table->column_count; c++) {
        free(table->names[c]);
    }
    free(table);
}

int32_t reference_rows(const reference *table) {
    return table->row_count;
}

const char *reference_name(const reference *table, int32_t c) {
    return c < table->column_count ? table->names[c] : NULL;
}

const double *reference_column(const reference *table, const char *name) {
    for (int32_t c = 0; c < table->column_count; c++) {
        if (strcmp(table->names[c], name) == 0) {
            return table->values[c];
        }
    }
    return NULL;
}
