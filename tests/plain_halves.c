/* SPDX-License-Identifier: MIT
 *
 * Sums and moments of a window by halves, as they are defined.
 */
#include "plain_indicator.h"

double plain_sum(const double *p, int32_t w) {
    if (w == 1) {
        return p[0];
    }
    double sum = plain_sum(p, w / 2) + plain_sum(p + w / 2, w / 2);
    return w % 2 == 1 ? sum + p[w - 1] : sum;
}

double plain_mean(const double *p, int32_t w) {
    return plain_sum(p, w) / w;
}

plain_moment plain_moments(const double *p, int32_t w) {
    if (w == 1) {
        return (plain_moment){0, 0, 0};
    }
    double n = w / 2;
    plain_moment a = plain_moments(p, w / 2);
    plain_moment b = plain_moments(p + w / 2, w / 2);
    double later = b.sum + n * (p[w / 2] - p[0]);
    double apart = later - a.sum;
    a.sum += later;
    a.squares = a.squares + b.squares + apart * apart * (0.5 / n);
    a.products = a.products + b.products + apart * (0.5 * n);
    if (w % 2 == 1) {
        n = w - 1;
        double step = p[w - 1] - p[0];
        apart = n * step - a.sum;
        a.sum += step;
        a.squares += apart * apart * (1 / (n * (n + 1)));
        a.products += apart * 0.5;
    }
    return a;
}

plain_comoment plain_comoments(const double *p, const double *q, int32_t w) {
    if (w == 1) {
        return (plain_comoment){{0, 0, 0}, {0, 0, 0}, 0};
    }
    double n = w / 2;
    plain_comoment a = plain_comoments(p, q, w / 2);
    plain_comoment b = plain_comoments(p + w / 2, q + w / 2, w / 2);
    double apart_p = b.of_p.sum + n * (p[w / 2] - p[0]) - a.of_p.sum;
    double apart_q = b.of_q.sum + n * (q[w / 2] - q[0]) - a.of_q.sum;
    double products = a.products + b.products + apart_p * apart_q * (0.5 / n);
    if (w % 2 == 1) {
        n = w - 1;
        apart_p = n * (p[w - 1] - p[0]) - plain_moments(p, w - 1).sum;
        apart_q = n * (q[w - 1] - q[0]) - plain_moments(q, w - 1).sum;
        products += apart_p * apart_q * (1 / (n * (n + 1)));
    }
    return (plain_comoment){plain_moments(p, w), plain_moments(q, w), products};
}
