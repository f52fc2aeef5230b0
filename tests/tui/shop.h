/* A small shop with an owner, for tests that run the whole program. */
#ifndef TESTS_TUI_SHOP_H
#define TESTS_TUI_SHOP_H

/* Makes home/store.db: shop "Paint", owner "Anna". Fails the test when it can't. */
void shop_create(const char *home);

#endif
