/* The meanings that colours and attributes stand for. Code asks for a meaning; a theme
 * (themes/NAME.json) says how it looks in rgb, 256, 16 and no colours. */
#ifndef TUI_ROLE_H
#define TUI_ROLE_H

#define ROLES(_)                                                                                   \
    _(NORMAL, "normal")                                                                            \
    _(DIM, "dim")       /* what matters less: hints, units, empty values */                        \
    _(STRONG, "strong") /* what the eye should find first */                                       \
    _(TITLE, "title")   /* what the top line names */                                              \
    _(TAB, "tab")                                                                                  \
    _(TAB_ACTIVE, "tab_active")                                                                    \
    _(HEADING, "heading")     /* headings of columns and sections */                               \
    _(SELECTION, "selection") /* the row under the cursor of the list that has the focus */        \
    _(SELECTION_IDLE, "selection_idle") /* the same in a list without the focus */                 \
    _(MARKED, "marked")                 /* rows marked with Space */                               \
    _(BLOCK, "block")                   /* a piece of time that is taken */                        \
    _(BORDER, "border")                                                                            \
    _(FIELD, "field") /* a place to type */                                                        \
    _(FIELD_FOCUS, "field_focus")                                                                  \
    _(FIELD_HINT, "field_hint") /* what could be typed, in an empty place to type */               \
    _(LABEL, "label")                                                                              \
    _(MATCH, "match") /* what a search found */                                                    \
    _(KEY, "key")     /* a key's name in the footer and in help */                                 \
    _(FOOTER, "footer")                                                                            \
    _(STATUS, "status")   /* the rest of the top line: who, counts, clock */                       \
    _(GOOD, "good")       /* paid, done, sent */                                                   \
    _(WARNING, "warning") /* partly paid, low, tentative */                                        \
    _(DANGER, "danger")   /* cancelled, refused, an error */                                       \
    _(UNSENT, "unsent")                                                                            \
    _(DISABLED, "disabled")                                                                        \
    _(CODE, "code")       /* in messages: what is to be read letter by letter */                   \
    _(QUOTE, "quote")     /* what somebody else said */                                            \
    _(LINK, "link")       /* a word that leads somewhere */                                        \
    _(MENTION, "mention") /* the name of who reads it */                                           \
    _(SYSTEM, "system")   /* what the shop itself says, which nobody can write */                  \
    _(DIALOG, "dialog")                                                                            \
    _(DIALOG_TITLE, "dialog_title")                                                                \
    _(TOAST_INFO, "toast_info")                                                                    \
    _(TOAST_WARNING, "toast_warning")                                                              \
    _(TOAST_ERROR, "toast_error")                                                                  \
    _(CHART_1, "chart_1")                                                                          \
    _(CHART_2, "chart_2")                                                                          \
    _(CHART_3, "chart_3")                                                                          \
    _(QR, "qr")     /* dark on light, whatever the theme: cameras read it */                       \
    _(MARK, "mark") /* the harmless mark that stands for what can't be shown */

enum role {
#define ROLE(id, name) ROLE_##id,
    ROLES(ROLE)
#undef ROLE
        ROLE_COUNT
};

#endif
