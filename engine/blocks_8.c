/* SPDX-License-Identifier: MIT */
#if defined(__x86_64__)
#define LANES 8
#include "blocks_kernel.h"

const blocks_kernel blocks_kernel_8 = {LANES, pass_alone, pass_placed};
#endif
