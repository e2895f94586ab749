// lab check --watch: judge the file each time it is saved; keys for a hint, the next open task, the list of labs, reset
// and quit.
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "cli/keyboard.hpp"
#include "cli/render.hpp"
#include "cli/request.hpp"
#include "cli/reset.hpp"
#include "cli/saved.hpp"
#include "cli/verbs/verbs.hpp"
#include "cli/verdict.hpp"

namespace cnn::cli {
namespace {

class Watch {
public:
    Watch(const Console& console, const std::string& request)
        : console_(console), lab_(choose_or_next(console, standing(console), request).lab) {
        follow();
    }

    int run() {
        judge();
        while (!quit_) {
            const SavedFile::Happened happened = file_->wait(keyboard_.present());
            if (happened.event == SavedFile::Event::interrupted) break;
            if (happened.event == SavedFile::Event::saved)
                judge();
            else
                press(happened.key);
        }
        fmt::print(console_.out, "\n");
        return all_passed;
    }

private:
    void follow() { file_ = std::make_unique<SavedFile>(lab_.file(console_.tree)); }

    // Whatever keeps one verdict from being told, the watching goes on.
    void judge() {
        clear();
        try {
            answer_ = ask_judge(console_, {{lab_}});
            remember_verdict(console_, lab_, answer_);
            focus_.clear();
            if (const Task* next = next_task(lab_, load_progress(console_))) focus_ = next->number;
            show();
        } catch (const Error& error) {
            if (!Keyboard::interrupted()) fmt::print(console_.out, "{}\n", error.what());
            say_keys();
        }
    }

    void show() {
        if (answer_.report) {
            fmt::print(
                console_.out, "{}\n{}",
                render_report(*answer_.report, lab_.slug, {console_.screen, answer_.build_seconds, false, focus_}),
                render_next_step(lab_, load_progress(console_), console_.screen, focus_));
        } else {
            tell_not_judged(console_, console_.out, lab_, answer_);
        }
        say_keys();
    }

    void press(char key) {
        switch (key) {
            case 'h':
                hint_focus();
                break;
            case 'n':
                next();
                break;
            case 'l':
                list();
                break;
            case 'r':
                ask_reset();
                break;
            case 'q':
                quit_ = true;
                break;
            case '\n':
            case ' ':
                judge();
                break;
            default:
                say_keys();
        }
    }

    void hint_focus() {
        try {
            hint(console_, {.request = focus_.empty() ? lab_.number : focus_});
        } catch (const Error& error) {
            fmt::print(console_.out, "{}\n", error.what());
        }
        say_keys();
    }

    // The next task that has not passed; when all have, the next lab.
    void next() {
        const Progress progress = load_progress(console_);
        std::vector<std::string> open;
        for (const Task& task : lab_.tasks)
            if (const TaskRecord* known = progress.task(lab_, task.number); !known || !known->passed())
                open.push_back(task.number);
        if (open.empty()) return next_lab_of_all();
        const auto at = std::find(open.begin(), open.end(), focus_);
        focus_ = at == open.end() || at + 1 == open.end() ? open.front() : *(at + 1);
        clear();
        show();
        fmt::print(console_.out, "{}\n", place(console_.tree, lab_, *lab_.find(focus_)));
    }

    void next_lab_of_all() {
        const Standing now = standing(console_);
        const Lab* lab = next_lab(now.labs, now.progress);
        if (!lab) {
            fmt::print(console_.out, "Every lab is complete.\n");
            return say_keys();
        }
        lab_ = *lab;
        follow();
        judge();
    }

    // Without the map's advice to watch, which is being done.
    void list() {
        clear();
        const Standing now = standing(console_);
        fmt::print(console_.out, "{}{}\n", render_map(now, console_.screen), render_loans(now, console_.screen));
        say_keys();
    }

    void ask_reset() {
        fmt::print(console_.out, "Back to the skeleton of {}? Your file is kept under .lab/backup/. (y/n) ",
                   lab_.name());
        std::fflush(console_.out);
        const SavedFile::Happened answer = file_->wait(true);
        fmt::print(console_.out, "\n");
        if (answer.event != SavedFile::Event::key || answer.key != 'y') {
            fmt::print(console_.out, "Nothing was changed.\n");
            if (answer.event == SavedFile::Event::saved) judge();
            return;
        }
        try {
            reset(console_, {lab_.number});  // writes the file, which is then judged
        } catch (const Error& error) {
            fmt::print(console_.out, "{}\n", error.what());
        }
    }

    void say_keys() const {
        if (keyboard_.present()) {
            const char* between = console_.screen.unicode ? " · " : ", ";
            fmt::print(console_.out, "{}\n",
                       console_.screen.dim(
                           fmt::format("h hint{0}n next open task{0}l list of labs{0}r reset{0}q quit", between)));
        }
        std::fflush(console_.out);
    }

    void clear() const {
        if (console_.screen.interactive) fmt::print(console_.out, "\x1b[H\x1b[2J");
    }

    const Console& console_;
    Lab lab_;
    Answer answer_{};
    std::string focus_{};  // the task whose failures are told
    std::unique_ptr<SavedFile> file_{};
    Keyboard keyboard_{};
    bool quit_ = false;
};

}  // namespace

int watch(const Console& console, const std::string& request) { return Watch(console, request).run(); }

}  // namespace cnn::cli
