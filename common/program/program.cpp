#include "program/program.hpp"

#include <fmt/format.h>

#include "tensor/error.hpp"
#include "tensor/todo.hpp"

namespace cnn::program {

std::string reason() {
    try {
        throw;
    } catch (const NotStarted& missing) {
        return fmt::format("task {} is not started", missing.task);
    } catch (const std::exception& error) {
        return error.what();
    } catch (...) {
        return "it threw something that is no std::exception";
    }
}

void say_missing(std::string_view what, std::string_view why) { fmt::print("  no {}: {}\n", what, why); }

void make_folder(const std::filesystem::path& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error)
        fail_data("{}: the folder cannot be made ({}); --output names another", folder.string(), error.message());
}

int run(CLI::App& app, int argc, char** argv, const std::function<int()>& body) {
    // `lab run --mine` tells every program where the learner's operators are; some train no network and have no use for
    // them.
    for (const char* option : {"--own-operators", "--passed"})
        if (!app.get_option_no_throw(option)) app.add_option(option)->group("");
    try {
        app.parse(argc, argv);
        return body();
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    } catch (...) {
        fmt::print(stderr, "{}\n", reason());
        return 1;
    }
}

}  // namespace cnn::program
