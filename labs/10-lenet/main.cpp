// Lab 10 as a program: LeNet-5, of 1998 or of today, trained on small images; its curve, its mistakes, its variants.
#include <tbb/global_control.h>

#include <fstream>

#include "layers.hpp"
#include "nn/describe.hpp"
#include "nn/loan.hpp"
#include "nn/progress.hpp"
#include "nn/run_folder.hpp"
#include "nn/safetensors.hpp"
#include "own_loop.hpp"
#include "pictures.hpp"
#include "program/program.hpp"
#include "sweep.hpp"
#include "tensor/file.hpp"
#include "training_data.hpp"

namespace cnn::lab10 {
namespace {

namespace fs = std::filesystem;

// Which operators are the learner's own, for those that this network uses.
void install_operators(const Settings& settings) {
    const std::set<std::string> passed(settings.passed.begin(), settings.passed.end());
    const auto loans = nn::install_own_operators(nn::operators(), settings.own_operators, passed);
    const std::vector<std::string_view> used =
        settings.is_1998() ? std::vector<std::string_view>{"conv2d", "dense", "scaled_tanh", "sgd"}
                           : std::vector<std::string_view>{"conv2d", "max_pool", "dense", "relu", "softmax", "sgd"};
    bool any = false;
    for (const nn::Loan& loan : loans) {
        if (std::ranges::none_of(used, [&](std::string_view start) { return loan.name.starts_with(start); })) continue;
        fmt::print("  {:<24}{:<9}  {}\n", loan.name, loan.own ? "yours" : "on loan", loan.reason);
        any = any || loan.own;
    }
    if (any && settings.images == 0)
        fmt::print("Plain loops take their time: --images 6000 shows a first result sooner.\n");
}

nn::Sequential build(const Settings& settings) { return settings.is_1998() ? lenet5_1998() : lenet5(); }

// The loss that belongs to the network. In 1998 j is "a positive constant"; 1 leaves penalties above about 4 alone.
nn::Loss loss_of(const Settings& settings) { return settings.is_1998() ? rbf_loss(1) : nn::softmax_cross_entropy(); }

void warn_of_parameters(nn::Layer& network, const Settings& settings) {
    const Index expected = settings.is_1998() ? 60000 : 61706, got = nn::count_parameters(network);
    if (got != expected)
        fmt::print("This network has {} parameters, LeNet-5 {}: ./lab check {}\n", terminal::thousands(got),
                   terminal::thousands(expected), settings.is_1998() ? "10.4" : "10.5");
}

// Where this run keeps its files; empty, with a remark, where there is no place for them.
fs::path run_folder(const Settings& settings) {
    if (!settings.resume.empty()) return settings.resume;
    if (!settings.output.empty() && fs::exists(settings.output / "options.ini"))
        fail_data("{0}: holds a run already. Go on with it by --resume {0}, or choose a new folder.",
                  settings.output.string());
    try {
        if (settings.output.empty()) return nn::new_run_folder("runs", "10-lenet", nn::today());
        std::error_code error;
        fs::create_directories(settings.output, error);
        if (error) fail_data("{}: the folder cannot be made: {}", settings.output.string(), error.message());
        return settings.output;
    } catch (const DataError& error) {
        fmt::print("{}. The network is trained all the same; nothing is kept.\n", error.what());
        return {};
    }
}

nn::TrainOptions train_options(const Settings& settings, const fs::path& folder) {
    nn::TrainOptions options{.epochs = settings.epochs};
    options.schedule = nn::warm_up(0.5, nn::cosine(settings.learning_rate, settings.epochs));
    options.folder = folder;
    options.resume = !settings.resume.empty();
    options.subject = fmt::format("LeNet-5 ({}) on {}", settings.net, settings.data);
    options.weight_decay = settings.is_1998() ? 0 : 5e-4f;
    return options;
}

nn::TrainResult train_network(nn::Layer& network, const Settings& settings, const TrainingData& data,
                              const fs::path& folder) {
    const nn::Loss loss = loss_of(settings);
    if (settings.loop == "own")
        return train_with_own_loop(network, loss, data.training_batches(), data.test_batches(), settings);
    nn::ProgressLine progress(terminal::standard_output());
    return nn::train(network, loss, data.training_batches(), data.test_batches(), train_options(settings, folder),
                     progress);
}

// Everything there is to see once the network is trained.
void show(nn::Layer& network, const Settings& settings, const TrainingData& data, const nn::TrainResult& result,
          const fs::path& folder) {
    const nn::Evaluation evaluation = nn::evaluate(network, loss_of(settings), data.test_batches(), {.mistakes = 32});
    const std::string title = fmt::format("LeNet-5 ({}) on {}", settings.net, data.name());
    const plot::TrainingLog log = log_of(result.epochs, title);
    fmt::print("\n{}\n", plot::curves_in_terminal({log}, terminal::standard_output()));

    Album album(folder);
    album.add("curve.png",
              [&](const fs::path& path) { return plot::draw(plot::curves_figure({log}, {.title = title}), path); });
    album.add("confusion.png", [&](const fs::path& path) {
        return plot::draw_confusion_matrix({.counts = evaluation.confusion, .classes = data.test.class_names}, path);
    });
    if (!evaluation.worst.empty())
        album.add("mistakes.png",
                  [&](const fs::path& path) { write_image(path, mistakes_gallery(data.test, evaluation.worst)); });
    album.add("filters.png", [&](const fs::path& path) { write_image(path, first_filters(network)); });
    album.add("lenet.safetensors", [&](const fs::path& path) { nn::save_weights(network, path); });
    if (settings.loop == "own")
        album.add("log.csv", [&](const fs::path& path) {
            std::string text = nn::log_header() + "\n";
            for (const nn::EpochResult& epoch : result.epochs) text += nn::log_row(epoch) + "\n";
            replace_file(path, text);
        });
    else
        album.has("log.csv");

    const terminal::Terminal out = terminal::standard_output();
    fmt::print("{}\n", most_confused(evaluation.confusion, data.test));
    fmt::print("{}   {}\n", out.bold(fmt::format("test accuracy {:.2f} %", 100 * evaluation.accuracy)),
               album.summary());
}

// The options of this run beside its results, for --resume.
void keep_options(const Settings& settings, const fs::path& folder) {
    if (folder.empty()) return;
    const fs::path path = folder / "options.ini";
    std::ofstream file(path);
    if (!(file << options_text(settings)).flush())
        fmt::print("{}: cannot be written; give --resume the same options again.\n", path.string());
}

int train_and_show(const Settings& settings) {
    nn::Sequential network = build(settings);
    const TrainingData data(settings);
    fmt::print("LeNet-5 ({}), {} parameters, on {}: {} images to train, {} to test\n", settings.net,
               terminal::thousands(nn::count_parameters(network)), data.name(),
               terminal::thousands(data.training.count()), terminal::thousands(data.test.count()));
    warn_of_parameters(network, settings);
    if (!settings.own_operators.empty()) install_operators(settings);
    Engine engine(settings.seed);
    network.initialize(engine);

    const fs::path folder = run_folder(settings);
    if (settings.resume.empty()) keep_options(settings, folder);
    const nn::TrainResult result = train_network(network, settings, data, folder);
    if (result.interrupted) {
        if (!folder.empty()) fmt::print("Go on with: ./lab run 10 -- --resume {}\n", folder.string());
        return 130;
    }
    show(network, settings, data, result, folder);
    return 0;
}

int describe(const Settings& settings) {
    nn::Sequential network = build(settings);
    const Index side = settings.is_1998() ? 32 : 28;
    fmt::print("{}", nn::to_string(nn::describe(network, {1, 1, side, side})));
    return 0;
}

int sweep(const Settings& settings) {
    build_lenet({});  // whether 10.7 is started shows before anything is read
    const TrainingData data(settings);
    const Index images = settings.images;
    SweepData part{first_images(data.training, images, data.normalization),
                   first_images(data.test, images, data.normalization),
                   {1, 2, 3},
                   settings.epochs,
                   settings.batch};
    fmt::print("{}: {} images to train, {} to test, {} epochs, {} seeds\n", data.name(),
               terminal::thousands(part.training.x.size(0)), terminal::thousands(part.test.x.size(0)), part.epochs,
               part.seeds.size());
    const plot::Figure figure = Sweep(std::move(part), terminal::standard_output()).run(all_hyperparameters());
    Album album(run_folder(settings));
    album.add("sweep.png", [&](const fs::path& path) { return plot::draw(figure, path); });
    fmt::print("{}\n", album.summary());
    return 0;
}

// The options a run was started with lie beneath those given now.
void add_kept_options(CLI::App& app, int argc, char** argv, const Settings& settings) {
    const fs::path options = settings.resume / "options.ini";
    if (!fs::exists(options))
        fail_data("{}: no run to resume: there is no options.ini in it", settings.resume.string());
    app.set_config("--options", options.string(), "", true);
    app.parse(argc, argv);
}

int run(Settings settings) {
    complete(settings);
    std::optional<tbb::global_control> limit;
    if (settings.threads > 0)
        limit.emplace(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(settings.threads));
    if (settings.describe) return describe(settings);
    if (settings.sweep) return sweep(settings);
    return train_and_show(settings);
}

// What a task that is missing keeps from being shown.
std::string waiting_for(const std::string& task) {
    if (task == "10.5") return "lenet5() builds the network that is trained here";
    if (task == "10.6") return "with --loop own, your training loop trains the network";
    if (task == "10.7") return "the sweep asks lenet_sizes() and build_lenet() for its variants";
    if (!task.starts_with("10.")) return "--passed names it, but it is no more what it was when it passed";
    return "the network of 1998 is made of it";
}

// The same, where a task is missing: what it keeps from being shown.
int run_or_say(const Settings& settings) {
    try {
        return run(settings);
    } catch (const NotStarted& missing) {
        fmt::print(
            stderr,
            "Task {0} is not started: {1}.  ./lab start {0}   Or watch the reference: ./lab run 10 --reference\n",
            missing.task, waiting_for(missing.task));
        return 1;
    }
}

}  // namespace
}  // namespace cnn::lab10

int main(int argc, char** argv) {
    cnn::lab10::Settings settings;
    CLI::App app("Lab 10: LeNet-5 on small images, its curve, its confusion matrix and its worst mistakes.");
    app.footer("Example: ./lab run 10 -- --net 1998 --epochs 4");
    cnn::lab10::add_options(app, settings);
    return cnn::program::run(app, argc, argv, [&] {
        if (!settings.resume.empty()) cnn::lab10::add_kept_options(app, argc, argv, settings);
        return cnn::lab10::run_or_say(settings);
    });
}
