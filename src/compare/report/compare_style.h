/* SPDX-License-Identifier: MIT */
/*
 * compare_style.h: the style sheet of the page that compare_page.c writes.
 */
#ifndef FG_COMPARE_STYLE_H
#define FG_COMPARE_STYLE_H

#ifdef __cplusplus
extern "C" {
#endif

extern const char fg_compare_page_style[];

#ifdef __cplusplus
}
#endif

#endif
