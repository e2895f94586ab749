#include "cli/other_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/files.hpp"
#include "cli/judged_copy.hpp"
#include "cli/ninja.hpp"
#include "cli/process.hpp"
#include "terminal/status_line.hpp"

namespace cnn::cli {

namespace fs = std::filesystem;

namespace {

using Words = std::vector<std::string>;

constexpr const char* rule_name = "submission";  // in the compiler's list of what it read

// How the learner's file is compiled for the worker `program`, from compile_commands.json. Paths in it are absolute or
// start in the build folder.
Words compile_command(const Tree& tree, const Lab& lab, const std::string& program) {
    const fs::path list = tree.build / "compile_commands.json";
    const auto commands = nlohmann::json::parse(text_of(list).value_or("[]"), nullptr, false);
    for (const auto& entry : commands.is_array() ? commands : nlohmann::json::array()) {
        const std::string command = entry.value("command", "");
        if (entry.value("file", "") == judged_copy(tree, lab) &&
            command.find("/" + program + ".dir/") != std::string::npos)
            return split_words(command);
    }
    throw CannotWork(fmt::format("{} does not say how {} is compiled. Remove the folder build; ./lab makes it again.",
                                 list.string(), tree.shown(lab.file(tree))));
}

// How the worker is linked: the last command that leads to it, without the ": &&" and "&& :" CMake puts around it.
Words link_command(const Tree& tree, const Lab& lab, const std::string& program) {
    const Output said = run_captured({{"ninja", "-C", tree.build.string(), "-t", "commands", program}});
    Words words;
    std::istringstream lines(said.text);
    for (std::string line; std::getline(lines, line);)
        if (line.find("bin/" + program) != std::string::npos) words = split_words(line);
    std::erase(words, ":");
    std::erase(words, "&&");
    if (words.empty()) throw CannotWork("Ninja does not say how " + lab.name() + " is linked:\n" + said.text);
    return words;
}

// The word after "-o".
std::string& output_of(Words& words) {
    const auto flag = std::find(words.begin(), words.end(), "-o");
    if (flag == words.end() || flag + 1 == words.end()) throw CannotWork("A command without output: " + quoted(words));
    return *(flag + 1);
}

// What the worker is linked from, except the learner's own object.
Words other_inputs(const Words& link, const std::string& own_object) {
    Words inputs;
    for (const std::string& word : link)
        if (word != own_object && !word.starts_with('-') && !fs::path(word).is_absolute() &&
            (word.ends_with(".o") || word.ends_with(".so") || word.ends_with(".a")))
            inputs.push_back(word);
    return inputs;
}

// The commands that make one program out of the other file.
struct Recipe {
    Words compile, link;
    Words needed;           // targets that it is linked from
    fs::path dependencies;  // where the compiler writes what it read
};

Recipe recipe(const Console& console, const Lab& lab, const OtherFile& file, const std::string& program) {
    // What is built for speed stays so.
    const bool debug = file.debug && program == lab.workers().front();
    Recipe made{compile_command(console.tree, lab, program),
                link_command(console.tree, lab, program),
                {},
                file.folder / (program + ".d")};
    const std::string own_object = output_of(made.compile);
    made.needed = other_inputs(made.link, own_object);
    const std::string object = (file.folder / (program + ".o")).string();
    output_of(made.compile) = object;
    std::replace(made.compile.begin(), made.compile.end(), judged_copy(console.tree, lab).string(),
                 file.source.string());
    // What lies beside the file, and the contract's header, which need not.
    made.compile.insert(made.compile.end(), {"-iquote", file.original.parent_path().string()});
    made.compile.insert(made.compile.end(), {"-iquote", lab.folder(console.tree).string()});
    made.compile.insert(made.compile.end(), {"-MD", "-MT", rule_name, "-MF", made.dependencies.string()});
    if (debug)
        made.compile.insert(made.compile.end(), {"-O0", "-g", "-D_GLIBCXX_ASSERTIONS", "-fsanitize=undefined",
                                                 "-fno-sanitize-recover=all"});
    std::replace(made.link.begin(), made.link.end(), own_object, object);
    output_of(made.link) = (file.folder / program).string();
    if (debug) made.link.emplace_back("-fsanitize=undefined");
    return made;
}

// The command with at most 4 GiB of memory a process and 512 MiB a file, and an end after `deadline` seconds, when
// everything it started is ended with it. Where less is allowed anyhow, that holds.
Words limited(const Words& command, int deadline) {
    Words words{"timeout",
                "--kill-after=2",
                std::to_string(deadline),
                "sh",
                "-c",
                "ulimit -v 4194304 2>/dev/null; ulimit -f 1048576 2>/dev/null; exec \"$@\"",
                "sh"};
    words.insert(words.end(), command.begin(), command.end());
    return words;
}

// An #include of a pipe never ends, nor do some templates; and some fill the memory, or the screen.
Output run_limited(const Words& command, const fs::path& folder, const OtherFile& file) {
    constexpr std::size_t most = std::size_t{1} << 20;
    Output output;
    // What a stopped compiler leaves behind goes with the folder.
    Command all{limited(command, file.deadline), folder, in_english()};
    all.environment.emplace_back("TMPDIR", file.folder.string());
    output.code = run(all, [&](std::string_view line) {
        if (output.text.size() < most) output.text.append(line.substr(0, most)) += '\n';
    });
    constexpr int ended_by_timeout = 124, killed = 128 + 9;
    if (output.code == ended_by_timeout || output.code == killed)
        output.text =
            fmt::format("the compiler was stopped after {} s: is there an #include or a template that never ends?\n{}",
                        file.deadline, output.text);
    return output;
}

// Compiles and links one program into the folder. What was said where that fails.
std::optional<std::string> failure_of(const Recipe& made, const Tree& tree, const OtherFile& file) {
    const Output compiled = run_limited(made.compile, tree.build, file);
    if (compiled.code != 0) return compiled.text;
    const std::optional<std::string> rule = text_of(made.dependencies);
    if (!rule) throw CannotWork("The compiler does not tell what the file includes: " + quoted(made.compile));
    if (const auto borrowed = borrowed_words(tree, file.original, prerequisites(*rule))) return borrowed;
    const Output linked = run_limited(made.link, tree.build, file);
    if (linked.code != 0) return linked.text;
    return std::nullopt;
}

// Lies `path` below `folder`? Both without links in them.
bool is_below(const fs::path& path, const fs::path& folder) {
    return std::mismatch(folder.begin(), folder.end(), path.begin(), path.end()).first == folder.end();
}

}  // namespace

Words plain_compiler(const Tree& tree, const Lab& lab) {
    const std::string program = lab.workers().front();
    // A compiler may have another program in front of it, as ccache.
    Words words = compile_command(tree, lab, program);
    words.erase(
        std::find_if(words.begin(), words.end(),
                     [&](const std::string& word) { return word.starts_with('-') || word == judged_copy(tree, lab); }),
        words.end());
    for (const std::string& word : link_command(tree, lab, program))
        if (word.starts_with("-fuse-ld=")) words.push_back(word);
    return words;
}

OtherBuild build_other(const Console& console, const Lab& lab, const OtherFile& file) {
    std::vector<Recipe> recipes;
    Words needed{"judge" + lab.number};
    for (const std::string& program : lab.workers()) {
        recipes.push_back(recipe(console, lab, file, program));
        needed.insert(needed.end(), recipes.back().needed.begin(), recipes.back().needed.end());
    }
    build_or_stop(console, needed, "Building " + lab.name());

    OtherBuild result{.ok = true, .worker = file.folder / lab.workers().front()};
    terminal::StatusLine status(console.error_screen, console.err);
    status.show("Compiling " + file.original.filename().string());
    const auto begin = std::chrono::steady_clock::now();
    for (const Recipe& made : recipes) {
        const std::optional<std::string> failure = failure_of(made, console.tree, file);
        if (!failure) continue;
        result.ok = false;
        result.words = *failure;
        break;
    }
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return result;
}

std::optional<std::string> borrowed_words(const Tree& tree, const fs::path& source, const Words& read) {
    const fs::path solutions = fs::weakly_canonical(tree.root / "solutions");
    // The reference may be judged, too; a link to it is not the reference.
    if (!fs::is_symlink(source) && is_below(fs::canonical(source), solutions)) return std::nullopt;
    const std::string name = source.filename().string();
    const auto refuse = [&](const fs::path& included) {
        return fmt::format(
            "{} includes the reference, {}: not judged. Take the #include out and write the functions in the file.\n",
            name, tree.shown(included));
    };
    if (fs::is_symlink(source) && is_below(fs::weakly_canonical(source), solutions))
        return refuse(fs::weakly_canonical(source));
    for (const std::string& file : read) {
        std::error_code none;
        const fs::path real = fs::canonical(tree.build / file, none);
        // As /proc/self/cwd, which was the compiler's.
        if (none)
            return fmt::format("{} includes {}, which cannot be found again: not judged. Write without it.\n", name,
                               file);
        if (is_below(real, solutions)) return refuse(real);
    }
    return std::nullopt;
}

std::optional<std::string> borrowed_words(const Console& console, const Lab& lab) {
    for (const std::string& program : lab.workers()) {
        const std::string object =
            fmt::format("CMakeFiles/{}.dir/judged/{}/{}.cpp.o", program, lab.folder_name(), lab.slug);
        const Output said = run_captured({{"ninja", "-C", console.tree.build.string(), "-t", "deps", object}});
        Words read;  // nothing where Ninja has not built it: who misleads themselves here gains no grade
        std::istringstream lines(said.text);
        for (std::string line; std::getline(lines, line);)
            if (line.starts_with("    ")) read.push_back(line.substr(4));
        if (auto words = borrowed_words(console.tree, lab.file(console.tree), read)) return words;
    }
    return std::nullopt;
}

Words prerequisites(const std::string& rule) {
    Words files;
    std::string file;
    const auto end_file = [&] {
        if (!file.empty()) files.push_back(file);
        file.clear();
    };
    for (std::size_t i = rule.find(':') + 1; i < rule.size(); ++i) {
        const char c = rule[i], next = i + 1 < rule.size() ? rule[i + 1] : '\n';
        if (c == ' ' || c == '\n' || (c == '\\' && next == '\n'))
            end_file();
        else if ((c == '\\' && (next == ' ' || next == '#' || next == '\\')) || (c == '$' && next == '$'))
            file += rule[++i];
        else
            file += c;
    }
    end_file();
    return files;
}

Words split_words(const std::string& line) {
    Words words;
    std::string word;
    bool in_word = false;
    char quote = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (quote == 0 && (c == ' ' || c == '\t' || c == '\n')) {
            if (in_word) words.push_back(word);
            word.clear();
            in_word = false;
            continue;
        }
        in_word = true;
        if (quote != 0 && c == quote)
            quote = 0;
        else if (quote == 0 && (c == '\'' || c == '"'))
            quote = c;
        else if (c == '\\' && quote != '\'' && i + 1 < line.size())
            word += line[++i];
        else
            word += c;
    }
    if (in_word) words.push_back(word);
    return words;
}

}  // namespace cnn::cli
