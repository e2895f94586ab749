#include "cli/command_line.hpp"

int main(int count, char** words) { return cnn::cli::command({cnn::cli::own_tree()}, {words + 1, words + count}); }
