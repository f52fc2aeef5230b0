#include "tui/cli/cli.h"
#include "tui/start.h"

#include <stdio.h>

int main(int argc, char **argv)
{
    struct start_options options;
    struct buffer said;
    if (!start_is_screen(argc, argv, &options))
        return cli_main(argc, argv);
    buffer_init(&said);
    int code = start_screen(&options, &said);
    fputs(said.text, stderr);
    buffer_done(&said);
    return code;
}
