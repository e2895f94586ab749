// The packages the workbook is built with: packages.txt, which the script `lab` reads, too.
#pragma once
#include <string>
#include <vector>

#include "cli/tree.hpp"

namespace cnn::cli {

struct Package {
    std::string name;  // in Debian and Ubuntu
    bool required = true;
    std::string elsewhere;  // its name outside them
    std::string purpose;
};

// DataError where a line is not "package | required or optional | name elsewhere | purpose".
std::vector<Package> read_packages(const Tree& tree);

}  // namespace cnn::cli
