#include "tui/widgets/qr.h"

#include "model/base/memory.h"
#include "tui/glyph.h"

#include <qrencode.h>
#include <stdlib.h>
#include <string.h>

enum {
    MARGIN = 2 /* squares of light around it: fewer than the standard's four, which cameras take */
};

struct qr {
    QRcode *code;
};

struct qr *qr_new(const char *text)
{
    QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_L);
    if (code == NULL)
        return NULL;
    struct qr *qr = memory_new(sizeof *qr);
    qr->code = code;
    return qr;
}

void qr_free(struct qr *qr)
{
    if (qr == NULL)
        return;
    explicit_bzero(qr->code->data, (size_t)qr->code->width * (size_t)qr->code->width);
    QRcode_free(qr->code);
    free(qr);
}

int qr_width(const struct qr *qr)
{
    return qr->code->width + 2 * MARGIN;
}

int qr_height(const struct qr *qr)
{
    return (qr->code->width + 2 * MARGIN + 1) / 2;
}

/* Of a square that may lie in the margin. */
static bool is_dark(const struct qr *qr, int row, int column)
{
    int size = qr->code->width;
    row -= MARGIN;
    column -= MARGIN;
    return row >= 0 && column >= 0 && row < size && column < size &&
           (qr->code->data[row * size + column] & 1) != 0;
}

bool qr_draw(const struct qr *qr, struct pane pane)
{
    int width = qr_width(qr), height = qr_height(qr);
    if (glyph_is_plain() || pane.width < width || pane.height < height)
        return false;
    pane_fill(pane_part(pane, 0, 0, height, width), ROLE_QR);
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            bool upper = is_dark(qr, 2 * y, x), lower = is_dark(qr, 2 * y + 1, x);
            if (upper || lower)
                shape_put(pane, y, x, ROLE_QR,
                          !upper   ? SHAPE_BAR_4
                          : !lower ? SHAPE_UPPER
                                   : SHAPE_BAR_8);
        }
    return true;
}
