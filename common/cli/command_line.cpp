#include "cli/command_line.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <functional>
#include <memory>

#include "cli/verbs/verbs.hpp"

namespace cnn::cli {
namespace {

// The command line while it is read: `act` is what the verb that was found will do.
struct Reader {
    const Console& console;
    std::vector<std::string> after_dashes;  // what stands behind "--"
    CLI::App app{"Sobel to ResNet: a workbook. Without a verb, lab shows the map.", "./lab"};
    std::function<int()> act = [this] { return show_map(console); };

    // A verb with its example. `define` adds the options to it and returns what is to be done.
    template <class Define>
    void verb(const std::string& name, const std::string& what, const std::string& example, Define&& define) {
        CLI::App* verb = app.add_subcommand(name, what);
        verb->footer("Example:\n  ./lab " + example);
        verb->callback([this, action = define(*verb)] { act = action; });
    }

    // For a verb that hands its words to another program: those behind it, with "--" or without.
    std::vector<std::string> passed_on(const CLI::App& verb) const {
        std::vector<std::string> words = verb.remaining();
        words.insert(words.end(), after_dashes.begin(), after_dashes.end());
        return words;
    }
};

template <class Options>
std::shared_ptr<Options> kept() {
    return std::make_shared<Options>();
}

void add_implementation(CLI::App& verb, Implementation& which, bool kernels) {
    CLI::Option* mine = verb.add_flag_callback(
        "--mine", [&which] { which = Implementation::mine; }, "your code");
    CLI::Option* reference = verb.add_flag_callback(
        "--reference", [&which] { which = Implementation::reference; }, "the reference");
    reference->excludes(mine);
    if (kernels)
        verb.add_flag_callback(
                "--kernels", [&which] { which = Implementation::kernels; }, "the fast operators")
            ->excludes(mine)
            ->excludes(reference);
}

void add_learning_verbs(Reader& reader) {
    const Console& console = reader.console;
    reader.verb("start", "the handout, the file to edit, the first task", "start 4", [&](CLI::App& verb) {
        auto request = kept<std::string>();
        verb.add_option("lab", *request, "a lab; without, the next");
        return [&console, request] { return start(console, *request); };
    });
    reader.verb(
        "check", "build your file, ask the judge, print the verdict",
        "check 4 --watch\n  ./lab check 4.4 --debug\n  ./lab check 4 --file other.cpp --json\n\n"
        "Exit code: 0 all tasks passed, 1 some did not, 2 wrong usage or nothing could be judged, 3 does not compile.",
        [&](CLI::App& verb) {
            auto options = kept<CheckOptions>();
            verb.add_option("lab", options->request, "a lab or one of its tasks; without, the next");
            verb.add_flag("--watch", options->watch, "check again each time the file is saved");
            verb.add_flag("--json", options->json, "print the report as JSON and nothing else");
            verb.add_flag("--debug", options->debug, "compile with every check, tell of every failing test");
            verb.add_option("--file", options->file, "judge this file in place of yours; nothing is recorded");
            verb.add_option("--junit", options->junit, "also write a JUnit report here");
            verb.add_option("--gradescope", options->gradescope, "also write Gradescope's results.json here");
            return [&console, options] { return check(console, *options); };
        });
    reader.verb("hint", "the next hint for a task", "hint 4.4", [&](CLI::App& verb) {
        auto options = kept<HintOptions>();
        verb.add_option("task", options->request, "a task; without, the one you are at");
        verb.add_option("--tier", options->tier, "this hint, not the next")->check(CLI::Range(1, 99));
        return [&console, options] { return hint(console, *options); };
    });
    reader.verb("solution", "the reference, once you have passed", "solution 4 --diff", [&](CLI::App& verb) {
        auto options = kept<SolutionOptions>();
        verb.add_option("lab", options->request, "a lab")->required();
        verb.add_flag("--give-up", options->give_up, "open it before you have passed (this is recorded)");
        verb.add_flag("--diff", options->differences, "show the differences to your file");
        return [&console, options] { return solution(console, *options); };
    });
    reader.verb("reset", "back to the skeleton; your file is kept under .lab/backup/", "reset 4", [&](CLI::App& verb) {
        auto options = kept<ResetOptions>();
        verb.add_option("lab", options->request, "a lab")->required();
        return [&console, options] { return reset(console, *options); };
    });
}

int run_without_lab(const Reader& reader, const CLI::App& verb, bool help) {
    if (!help) throw UsageError("lab is required. ./lab run --help shows an example.");
    fmt::print(reader.console.out, "{}", verb.help());
    return all_passed;
}

void add_running_verbs(Reader& reader) {
    const Console& console = reader.console;
    reader.verb("run", "the lab's own program: pictures, curves, a trained network; its options go after --",
                "run 10 --mine -- --epochs 3", [&](CLI::App& verb) {
                    auto options = kept<RunOptions>();
                    verb.add_option("lab", options->request, "a lab");
                    add_implementation(verb, options->which, false);
                    verb.set_help_flag();  // behind a lab it is that program's help that is wanted
                    verb.add_flag("-h,--help", options->help,
                                  "print this and end; ./lab run 10 --help: the options of lab 10's program");
                    return [&reader, &verb, options] {
                        if (options->request.empty()) return run_without_lab(reader, verb, options->help);
                        options->arguments = reader.after_dashes;
                        return run_lab(reader.console, *options);
                    };
                });
    reader.verb(
        "call", "./lab call LAB.FUNCTION ARGUMENTS: one exercise on files and JSON values",
        "call 4.conv2d_forward x.npy w.npy b.npy '{\"size\":3,\"stride\":2,\"padding\":1}' -o y.npy\n"
        "  ./lab call 1.gray photo.png -o gray.npy\n\n"
        "LAB.FUNCTION  a function as the lab's contract (labs/NN-…/*.hpp) names it\n"
        "ARGUMENTS     one for each of its arguments, in their order:\n"
        "  a tensor    x.npy, or lists of numbers: '[[1, 2], [3, 4]]'\n"
        "  a picture   photo.png, .jpg, .bmp, .ppm or .pgm\n"
        "  a number    3, 0.5, true        a text, a word of an enum   '\"same\"'\n"
        "  several     '[1, 2]'            fields by their names       '{\"size\": 3}'\n"
        "The result is printed as JSON, or goes where -o says: a tensor into a .npy file, a picture into a .png\n"
        "file, the parts of a result that has several into files beside it.",
        [&](CLI::App& verb) {
            auto options = kept<CallOptions>();
            verb.add_option("-o,--output", options->output, "where the result goes; without, JSON is printed");
            add_implementation(verb, options->which, true);
            // Not options of CLI11's: it would take "[1, 2]" apart.
            verb.allow_extras();
            return [&reader, &verb, options] {
                options->arguments = verb.remaining();
                return call(reader.console, *options);
            };
        });
    reader.verb("plot", "training curves of one or several runs", "plot runs/10-lenet/2026-11-22-1 --terminal",
                [&](CLI::App& verb) {
                    auto options = kept<PlotOptions>();
                    verb.add_option("run", options->runs, "folders of runs or their log.csv; without, the latest");
                    CLI::Option* terminal =
                        verb.add_flag("--terminal", options->in_terminal, "draw in the terminal, and no picture");
                    verb.add_option("--output", options->output,
                                    "the pictures' name (beside the log, of several runs in runs/compared/); both .png "
                                    "and .svg are drawn")
                        ->excludes(terminal);
                    return [&console, options] { return plot(console, *options); };
                });
    reader.verb("bench", "operators and training steps: GFLOP/s, images/s, share of the machine's peak",
                "bench operators conv --threads 2\n  ./lab bench train --net lenet5 --against pytorch\n"
                "  ./lab bench train --help",
                [&](CLI::App& verb) {
                    verb.allow_extras()->prefix_command();
                    return [&] { return bench(reader.console, reader.passed_on(verb)); };
                });
}

void add_data_verb(Reader& reader) {
    const Console& console = reader.console;
    CLI::App* data = reader.app.add_subcommand("data", "data sets: list, fetch, verify, make");
    data->footer("Example:\n  ./lab data fetch mnist");
    data->callback([&reader, data] {
        if (data->get_subcommands().empty()) reader.act = [&reader] { return data_list(reader.console); };
    });
    const auto part = [&](const char* name, const char* what, const char* example) {
        CLI::App* verb = data->add_subcommand(name, what);
        verb->footer(std::string("Example:\n  ./lab data ") + example);
        return verb;
    };
    part("list", "what there is, and what is here", "list")->callback([&] {
        reader.act = [&console] { return data_list(console); };
    });
    auto names = kept<std::vector<std::string>>();
    CLI::App* fetch = part("fetch", "download, with checksums; an interrupted download goes on", "fetch mnist");
    fetch->add_option("name", *names, "data sets")->required();
    fetch->callback(
        [&reader, &console, names] { reader.act = [&console, names] { return data_fetch(console, *names); }; });
    auto verified = kept<std::vector<std::string>>();
    CLI::App* verify = part("verify", "compare what is here with its checksums", "verify");
    verify->add_option("name", *verified, "data sets; without, all that are here");
    verify->callback([&reader, &console, verified] {
        reader.act = [&console, verified] { return data_verify(console, *verified); };
    });
    auto options = kept<MakeOptions>();
    CLI::App* make =
        part("make", "generate pictures: digits or shapes", "make digits somewhere/digits --train 6000 --test 1000");
    make->add_option("kind", options->kind, "digits or shapes")->required();
    make->add_option("folder", options->folder, "a folder for them; nothing in it is overwritten")->required();
    make->add_option("--train", options->train, "pictures to train on")->check(CLI::Range(1, 1000000));
    make->add_option("--test", options->test, "pictures to test on")->check(CLI::Range(1, 1000000));
    make->add_option("--seed", options->seed, "another seed, other pictures");
    make->callback(
        [&reader, &console, options] { reader.act = [&console, options] { return data_make(console, *options); }; });
}

void add_machine_verbs(Reader& reader) {
    const Console& console = reader.console;
    reader.verb("doctor", "what is missing on this machine, and the line that installs it", "doctor",
                [&](CLI::App&) { return [&console] { return doctor(console); }; });
    reader.verb("demo", "the tour: an edge map, LeNet-5 in training with its curve, the map", "demo",
                [&](CLI::App&) { return [&console] { return demo(console); }; });
    reader.verb("test", "everything: library, solutions, skeletons, mistakes, hostile submissions", "test",
                [&](CLI::App&) { return [&console] { return test_everything(console); }; });
    reader.verb("verify", "authors: every promise about every lab, or about one", "verify 04", [&](CLI::App& verb) {
        verb.allow_extras()->prefix_command();
        return [&] { return verify(reader.console, reader.passed_on(verb)); };
    });
}

std::vector<std::string> verbs_of(const CLI::App& app) {
    std::vector<std::string> names;
    for (const CLI::App* verb : app.get_subcommands([](const CLI::App*) { return true; }))
        names.push_back(verb->get_name());
    return names;
}

// Levenshtein 1966: insertions, deletions and replacements that make one word the other.
std::size_t distance(const std::string& a, const std::string& b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i);
        for (std::size_t j = 1; j <= b.size(); ++j)
            diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1])}));
    }
    return row[b.size()];
}

int usage_error(const Console& console, const std::string& text) {
    fmt::print(console.err, "{}\n", text);
    return wrong_usage;
}

int parse_and_act(Reader& reader, std::vector<std::string> words) {
    if (!words.empty() && !words[0].starts_with('-')) {
        const std::vector<std::string> verbs = verbs_of(reader.app);
        if (std::find(verbs.begin(), verbs.end(), words[0]) == verbs.end()) {
            const std::string meant = nearest(words[0], verbs);
            return usage_error(reader.console, fmt::format("There is no verb {}. {}./lab --help lists them.", words[0],
                                                           meant.empty() ? "" : "Did you mean ./lab " + meant + "? "));
        }
    }
    const std::string verb = words.empty() ? "" : words[0];
    try {
        std::reverse(words.begin(), words.end());  // CLI11 takes words from the back
        reader.app.parse(std::move(words));
    } catch (const CLI::CallForHelp&) {
        fmt::print(reader.console.out, "{}", reader.app.help());
        return all_passed;
    } catch (const CLI::ExcludesError& error) {
        return usage_error(reader.console, fmt::format("{}: give one of the two.", error.what()));
    } catch (const CLI::ParseError& error) {
        const std::string own =
            verb == "run" || verb == "bench"
                ? fmt::format(" Options of the program itself go after --: ./lab {} … -- OPTIONS.", verb)
                : "";
        return usage_error(reader.console, fmt::format("{}.{} ./lab {}--help shows an example.", error.what(), own,
                                                       verb.starts_with('-') || verb.empty() ? "" : verb + " "));
    }
    return reader.act();
}

}  // namespace

std::string nearest(const std::string& word, const std::vector<std::string>& verbs) {
    std::string best;
    std::size_t least = std::max<std::size_t>(2, word.size() / 2) + 1;
    for (const std::string& verb : verbs)
        if (const std::size_t d = verb.starts_with(word) ? 0 : distance(word, verb); d < least && d < verb.size())
            least = d, best = verb;
    return best;
}

int command(const Console& console, std::vector<std::string> words) {
    Reader reader{console, {}};
    const auto dashes = std::find(words.begin(), words.end(), "--");
    if (dashes != words.end()) {
        reader.after_dashes.assign(dashes + 1, words.end());
        words.erase(dashes, words.end());
    }
    reader.app.require_subcommand(0, 1);
    add_learning_verbs(reader);
    add_running_verbs(reader);
    add_data_verb(reader);
    add_machine_verbs(reader);
    try {
        return parse_and_act(reader, std::move(words));
    } catch (const UsageError& error) {
        return usage_error(console, error.what());
    } catch (const CannotWork& error) {
        return usage_error(console, error.what());
    } catch (const std::exception& error) {
        fmt::print(console.err, "{}\n", error.what());
        return some_failed;
    }
}

}  // namespace cnn::cli
