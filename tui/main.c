#include "tui/cli/cli.h"
#include "tui/start.h"

int main(int argc, char **argv)
{
    struct start_options options;
    return start_is_screen(argc, argv, &options) ? start_screen(&options) : cli_main(argc, argv);
}
