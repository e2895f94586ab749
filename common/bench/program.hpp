// Opponents are programs of their own, which print one line of JSON.
#pragma once
#include <nlohmann/json.hpp>
#include <string>

namespace cnn::bench {

// What the command prints. Throws Error when it ends with a status other than 0.
nlohmann::json output_of(const std::string& command);
// The program of this name beside this one. Throws Error where it was not built, naming the package that it needs.
std::string program_beside(const std::string& name, const std::string& library, const std::string& package);

}  // namespace cnn::bench
