#include "cli/packages.hpp"

#include <array>
#include <sstream>

#include "tensor/error.hpp"
#include "tensor/file.hpp"

namespace cnn::cli {
namespace {

std::string trimmed(const std::string& text) {
    const std::size_t begin = text.find_first_not_of(' ');
    return begin == std::string::npos ? "" : text.substr(begin, text.find_last_not_of(' ') + 1 - begin);
}

}  // namespace

std::vector<Package> read_packages(const Tree& tree) {
    const std::filesystem::path path = tree.root / "common" / "cli" / "packages.txt";
    std::vector<Package> packages;
    std::istringstream lines(read_file(path));
    for (std::string line; std::getline(lines, line);) {
        if (line.empty() || line[0] == '#') continue;
        std::array<std::string, 4> fields;
        std::istringstream parts(line);
        std::size_t count = 0;
        for (std::string part; std::getline(parts, part, '|'); ++count)
            if (count < fields.size()) fields[count] = trimmed(part);
        if (count != fields.size() || (fields[1] != "required" && fields[1] != "optional"))
            fail_data("{}: «{}» is not package | required or optional | name elsewhere | purpose", path.string(), line);
        packages.push_back({fields[0], fields[1] == "required", fields[2], fields[3]});
    }
    return packages;
}

}  // namespace cnn::cli
