/* A report as lines of text and figures, for whoever shows or prints it: a viewer, the command
 * line, a printer of receipts. How wide a line is they decide. */
#ifndef MODEL_REPORT_LINE_H
#define MODEL_REPORT_LINE_H

enum report_style {
    REPORT_TITLE, /* large, in the middle */
    REPORT_HEAD,  /* begins a part */
    REPORT_PLAIN,
    REPORT_SUM,  /* stands out: what a part comes to */
    REPORT_RULE, /* a rule across; without text */
};

struct report_line {
    enum report_style style;
    const char *left;  /* "" for a rule */
    const char *right; /* an amount or a number at the right edge; "" where there is none */
};

#endif
