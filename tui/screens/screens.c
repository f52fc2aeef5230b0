#include "tui/screens/screens.h"

const struct window_ops *const screens[] = {
    &orders_ops, &records_ops, &days_ops, &history_ops, &messages_ops,
};
const size_t screen_count = sizeof screens / sizeof screens[0];
