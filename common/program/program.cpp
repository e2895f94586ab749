#include "program/program.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cmath>
#include <regex>

#include "tensor/cores.hpp"
#include "tensor/error.hpp"
#include "tensor/todo.hpp"

namespace cnn::program {
namespace {

// Indices are not checked in these programs, for speed: what a wrong one does to the learner is explained here.
extern "C" void explain_crash(int signal) {
    constexpr std::string_view memory =
        "\nThe program crashed: memory was used that is not its own, as an index outside a tensor does, or a function "
        "that calls itself without end.\n./lab check compiles your file with every index checked, and names the "
        "line.\n";
    constexpr std::string_view division =
        "\nThe program crashed: a whole number was divided by zero.\n./lab check names the line.\n";
    const std::string_view text = signal == SIGFPE ? division : memory;
    [[maybe_unused]] const auto written = write(STDERR_FILENO, text.data(), text.size());
    _exit(128 + signal);
}

void explain_crashes() {
    static std::array<char, 1 << 16> stack;  // an overflowing stack has no room for the handler
    const stack_t alternative{stack.data(), 0, stack.size()};
    sigaltstack(&alternative, nullptr);
    struct sigaction action {};
    action.sa_handler = explain_crash;
    action.sa_flags = SA_ONSTACK | static_cast<int>(SA_RESETHAND);
    for (const int signal : {SIGSEGV, SIGBUS, SIGFPE}) {
        struct sigaction now {};
        sigaction(signal, nullptr, &now);
        if (now.sa_handler == SIG_DFL) sigaction(signal, &action, nullptr);  // sanitizers keep theirs
    }
}

// "./lab run 4 --" for build/bin/lab04 and lab04-reference: how people start it.
std::string command_of(const std::string& program) {
    const std::string name = std::filesystem::path(program).filename().string();
    const std::size_t begin = name.find_first_of("123456789");
    if (!name.starts_with("lab") || begin == std::string::npos) return name;
    return "./lab run " + name.substr(begin, name.find_first_not_of("0123456789", begin) - begin) +
           (name.ends_with("-reference") ? " --reference --" : " --");
}

// A range lets nan through (nothing is larger or smaller), and a program would go on with it until something breaks.
void refuse_what_is_no_number(const CLI::App& app) {
    for (const CLI::Option* option : app.get_options())
        for (const std::string& word : option->results()) {
            double number = 0;
            if (option->get_type_name().find("FLOAT") != std::string::npos && CLI::detail::lexical_cast(word, number) &&
                !std::isfinite(number))
                throw CLI::ValidationError(option->get_name(), word + " is not a number that it can use");
        }
    for (const CLI::App* part : app.get_subcommands()) refuse_what_is_no_number(*part);
}

// "0.05" of "0,05", which is how half of the world writes it; nothing of anything else.
std::string with_decimal_point(std::string word) {
    const std::size_t comma = word.find(',');
    double number = 0;
    if (comma == std::string::npos || word.find(',', comma + 1) != std::string::npos) return "";
    word[comma] = '.';
    return CLI::detail::lexical_cast(word, number) ? word : "";
}

// CLI11's sentence about a value that does not fit, in our words; its own where it is about something else.
std::string about_usage(const CLI::App& app, const std::string& sentence) {
    static const std::regex range("(\\S+): Value (.*) not in range.*"), conversion("Could not convert: (\\S+) = (.*)");
    std::smatch found;
    if (!std::regex_match(sentence, found, range) && !std::regex_match(sentence, found, conversion)) return sentence;
    const std::string name = found[1], value = found[2];
    const CLI::Option* option = app.get_option_no_throw(name);
    for (const CLI::App* part : app.get_subcommands())
        if (!option) option = part->get_option_no_throw(name);
    const std::string type = option ? option->get_type_name() : "";
    std::string wanted = type.find("FLOAT") != std::string::npos ? "a number" : "a whole number";
    if (!option || (type.find("FLOAT") == std::string::npos && type.find("INT") == std::string::npos)) return sentence;
    if (std::regex_search(type, found, std::regex("\\[(\\S+) - (\\S+)\\]")))
        wanted += fmt::format(" from {} to {}", found[1].str(), found[2].str());
    const std::string repaired = with_decimal_point(value);
    return fmt::format(
        "{} {}: {} is needed{}", name, value, wanted,
        repaired.empty() ? "" : fmt::format(", with a decimal point instead of the comma: {}", repaired));
}

}  // namespace

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

void say_missing(std::string_view what, std::string_view why) { fmt::print("  left out: {} ({})\n", what, why); }

void make_folder(const std::filesystem::path& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error)
        fail_data("{}: the folder cannot be made ({}); --output names another", folder.string(), error.message());
}

int run(CLI::App& app, int argc, char** argv, const std::function<int()>& body) {
    explain_crashes();
    keep_to_usable_cores();
    app.name(command_of(argv[0]));
    // `lab run --mine` asks whether a program's networks run on the learner's operators, and tells where these are:
    // that is between the two, and stands in no help. What trains no network takes the options all the same.
    const bool takes_operators = app.get_option_no_throw("--own-operators") != nullptr;
    if (argc == 2 && std::string_view(argv[1]) == "--takes-operators") return takes_operators ? 0 : 1;
    for (const char* option : {"--own-operators", "--passed"})
        (takes_operators ? app.get_option(option) : app.add_option(option))->group("");
    try {
        app.parse(argc, argv);
        refuse_what_is_no_number(app);
        return body();
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) return app.exit(error);  // --help
        fmt::print(stderr, "{}\n{} --help shows the options.\n", about_usage(app, error.what()), app.get_name());
        return 2;
    } catch (...) {
        fmt::print(stderr, "{}\n", reason());
        return 1;
    }
}

}  // namespace cnn::program
