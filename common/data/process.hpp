// Runs another program and waits for it.
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace cnn::data {

struct Outcome {
    int status = 0;  // the exit status; 128 + signal when it was killed; 127 when there is no such program
    std::string output, errors;
};
// `command[0]` is looked for in $PATH. The program gets `input` as its standard input. While it runs, `while_waiting`
// is called about ten times a second. Throws DataError where no process can be started at all.
Outcome run(const std::vector<std::string>& command, std::string_view input = {},
            const std::function<void()>& while_waiting = {});

}  // namespace cnn::data
