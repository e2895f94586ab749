#include "program/program.hpp"

#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cstdio>

#include "program/photo.hpp"
#include "tensor/error.hpp"
#include "tensor/todo.hpp"

using namespace cnn;

namespace {

int run(std::vector<const char*> words, const std::function<int()>& body, int* number = nullptr) {
    CLI::App app("A program.");
    int ignored = 0;
    app.add_option("--number", number ? *number : ignored);
    words.insert(words.begin(), "program");
    return program::run(app, static_cast<int>(words.size()), const_cast<char**>(words.data()), body);
}

// What is printed on standard error while it lives.
class CapturedErrors {
public:
    CapturedErrors() {
        std::fflush(stderr);
        dup2(fileno(file_), STDERR_FILENO);
    }
    CapturedErrors(const CapturedErrors&) = delete;
    CapturedErrors& operator=(const CapturedErrors&) = delete;
    ~CapturedErrors() {
        std::fflush(stderr);
        dup2(before_, STDERR_FILENO);
        close(before_);
        std::fclose(file_);
    }
    std::string text() const {
        std::fflush(stderr);
        std::string all(10000, ' ');
        std::rewind(file_);
        all.resize(std::fread(all.data(), 1, all.size(), file_));
        return all;
    }

private:
    std::FILE* file_ = std::tmpfile();
    int before_ = dup(STDERR_FILENO);
};

}  // namespace

BOOST_AUTO_TEST_CASE(exit_codes) {
    int number = 0;
    BOOST_TEST(run(
                   {"--number", "7"}, [&] { return number - 4; }, &number) == 3);
    BOOST_TEST(run({"--nonsense"}, [] { return 0; }) == 2);
    BOOST_TEST(run({"--own-operators", "build/mine", "--passed", "4.4"}, [] { return 0; }) == 0);
    BOOST_TEST(run({"--help"}, [] { return 5; }) == 0);
    BOOST_TEST(run({}, []() -> int { throw DataError("photo.png: not a picture"); }) == 1);
    BOOST_TEST(run({}, []() -> int { throw 42; }) == 1);
}

BOOST_AUTO_TEST_CASE(values_that_do_not_fit_are_told_with_what_would) {
    const auto told = [](const std::string& option, const std::string& value) {
        CLI::App app("A program.");
        float rate = 0;
        int epochs = 0, threads = 0;
        app.add_option("--rate", rate)->check(CLI::Range(1e-9f, 1000.0f));
        app.add_option("--epochs", epochs)->check(CLI::Range(1, 10000));
        app.add_option("--threads", threads);
        std::string program = "program", name = option, word = value;
        char* words[] = {program.data(), name.data(), word.data()};
        const CapturedErrors errors;
        BOOST_TEST(program::run(app, 3, words, [] { return 0; }) == 2);
        return errors.text();
    };
    BOOST_TEST(told("--rate", "0,05")
                   .starts_with("--rate 0,05: a number from 1e-09 to 1000 is needed, with a decimal "
                                "point instead of the comma: 0.05\n"));
    BOOST_TEST(told("--rate", "2000").starts_with("--rate 2000: a number from 1e-09 to 1000 is needed\n"));
    BOOST_TEST(told("--epochs", "0").starts_with("--epochs 0: a whole number from 1 to 10000 is needed\n"));
    BOOST_TEST(told("--epochs", "many").starts_with("--epochs many: a whole number from 1 to 10000 is needed\n"));
    BOOST_TEST(told("--threads", "2.5").starts_with("--threads 2.5: a whole number is needed\n"));
    BOOST_TEST(told("--no-such", "2").find("--no-such") != std::string::npos);
}

// What `lab run --mine` says to a program stands in no help.
BOOST_AUTO_TEST_CASE(operators_are_between_the_command_and_the_program) {
    BOOST_TEST(run({"--takes-operators"}, [] { return 0; }) == 1);
    const char* words[] = {"program", "--takes-operators"};
    std::string folder;
    CLI::App app("A program with a network.");
    app.add_option("--own-operators", folder, "where they are");
    app.add_option("--passed", folder, "tasks");
    BOOST_TEST(program::run(app, 2, const_cast<char**>(words), [] { return 5; }) == 0);
    BOOST_TEST(program::run(app, 1, const_cast<char**>(words), [] { return 5; }) == 5);
    BOOST_TEST(app.help().find("--own-operators") == std::string::npos);
    BOOST_TEST(app.help().find("--passed") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_missing_task_is_passed_over) {
    BOOST_TEST(!program::attempt("edge map", []() -> int { todo("1.4"); }));
    BOOST_TEST(program::attempt("edge map", [] { return 3; }).value() == 3);
}

BOOST_AUTO_TEST_CASE(reasons) {
    const auto why = [](auto&& f) {
        try {
            f();
        } catch (...) {
            return program::reason();
        }
        return std::string();
    };
    BOOST_TEST(why([] { todo("1.4"); }) == "task 1.4 is not started");
    BOOST_TEST(why([] { throw ShapeError("x does not fit"); }) == "x does not fit");
}

BOOST_AUTO_TEST_CASE(folders) {
    BOOST_CHECK_NO_THROW(program::make_folder(std::filesystem::temp_directory_path()));
    BOOST_CHECK_THROW(program::make_folder("/dev/null/folder"), DataError);
}

BOOST_AUTO_TEST_CASE(photos_too_small_to_work_on) {
    const auto said = [](Index height, Index width, const char* path = "thin.png") -> std::string {
        try {
            program::photo_to_work_on(path, Image(height, width, 1), 640, 16);
        } catch (const DataError& error) {
            return error.what();
        }
        return "";
    };
    BOOST_TEST(said(16, 16) == "");
    BOOST_TEST(said(16, 640) == "");
    BOOST_TEST(said(7, 193) == "thin.png: a picture of 193 × 7 pixels is too small; at least 16 × 16 are needed");
    BOOST_TEST(said(193, 15) == "thin.png: a picture of 15 × 193 pixels is too small; at least 16 × 16 are needed");
    BOOST_TEST(said(40, 4000) ==
               "thin.png: a picture of 4000 × 40 pixels, made smaller to 640 × 6, is too small; at least 16 × 16 are "
               "needed: a larger --size keeps more of them");
    BOOST_TEST(
        said(1, 3000) ==
        "thin.png: a picture of 3000 × 1 pixels, made smaller to 640 × 1, is too small; at least 16 × 16 are needed");
    BOOST_TEST(program::photo_to_work_on("a.png", Image(100, 1280, 3), 640, 16).height == 50);
}
