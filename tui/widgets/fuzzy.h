/* How well a text fits what was typed: for palettes and pickers. Both must be folded
 * (text_fold()). */
#ifndef TUI_WIDGETS_FUZZY_H
#define TUI_WIDGETS_FUZZY_H

/* 0: not at all; else the higher the better. The text begins with the word, one of its words does,
 * it contains the word, or it has its letters in their order close together: in this order. */
int fuzzy_score(const char *word, const char *text);

#endif
