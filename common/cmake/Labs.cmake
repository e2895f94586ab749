# add_lab(04 convolution [LINK cnn-nn …] [MAY_USE nn:: …] [OPERATORS conv2d_forward …] [REFUSE unpool:max_pool_backward …]
#         [PROGRAM cnn-image …] [EARLIER 01-sobel …] [TIMED] [HEADERS tensor/parallel.hpp …])
#
# Everything one lab is made of: labs/04-convolution and solutions/04-convolution. LINK names the modules that the
# lab's functions themselves may use; but who could call the library's own answer to a task has not done it. Of cnn::kernels
# and cnn::nn they may call what MAY_USE names ("nn::Loss"; "nn::" for everything but nn::operators; but not
# "-nn::with_heads"), and of nn::operators() what OPERATORS names; the others refuse while the grader asks. REFUSE: while
# it asks this function, that operator refuses, also inside layers. PROGRAM names those modules that its executable uses
# and that are built before it (by default all). EARLIER names labs whose references this lab's tests compare with: they
# are compiled into the judge, their contracts are included as "01-sobel/sobel.hpp". TIMED: the tests judge speed, too
# (check_speed), and the table of tasks says .timed = true. HEADERS: more headers of common/ that the learner's file
# includes, compiled once.
#
#   judge04            tests, reference, mistakes       worker04           the learner's file
#   lab04              lab executable, learner's file   lab04-reference    the same with the reference
#   mine04             the learner's operators, as a library that other labs' executables open
#   timed09            the learner's file built for speed, where a lab is TIMED
#   skeleton-worker04  the generated skeleton as a worker, for `lab verify`
#   build/skeletons/04-convolution/convolution.cpp

# A learner's file is compiled for grading: bounds checked, a forgotten return refused, variables that were never set
# filled with a pattern that the grader recognises, line numbers for crashes, and soon done (-Og: 0.2 to 0.5 s less than
# -O1).
# Whole numbers become floats all the time in such code: a warning about each would bury the ones that matter.
set(CNN_LEARNERS_WARNINGS -Wno-unused-parameter -Wno-conversion -Wno-sign-conversion -Werror=return-type)
set(CNN_GRADING_OPTIONS -Og -g1 -ftrivial-auto-var-init=pattern ${CNN_LEARNERS_WARNINGS} -D_GLIBCXX_ASSERTIONS -DCNN_CHECK_BOUNDS)

# Where its speed is judged: -O3, so that plain loops over neighbors use the SIMD every processor has, and no more. Loops
# are unrolled so that their place in memory counts less: a short one was seen to take twice as long when it moved. The
# worker for answers has format strings checked by the compiler already.
set(CNN_SPEED_OPTIONS -O3 -funroll-loops -DFMT_CONSTEVAL= ${CNN_LEARNERS_WARNINGS})

set(CNN_NETWORK_HEADERS added.hpp auxiliary.hpp branching.hpp dropout.hpp layers.hpp loss.hpp normalization.hpp operators.hpp
    optimizer.hpp sequential.hpp)

# The headers that a learner's file includes, compiled once: the contract's, and what ARGN adds.
function(add_headers NAME OPTIONS)
    file(WRITE ${PROJECT_BINARY_DIR}/${NAME}.cpp "")
    add_library(${NAME} STATIC EXCLUDE_FROM_ALL ${PROJECT_BINARY_DIR}/${NAME}.cpp)
    target_compile_options(${NAME} PRIVATE ${OPTIONS})
    target_link_libraries(${NAME} PUBLIC fmt::fmt)
    target_include_directories(${NAME} PUBLIC ${PROJECT_SOURCE_DIR}/common)
    target_precompile_headers(${NAME} PRIVATE <algorithm> <array> <cmath> <numbers> <vector>
        "${PROJECT_SOURCE_DIR}/common/tensor/tensor.hpp" "${PROJECT_SOURCE_DIR}/common/tensor/window.hpp"
        "${PROJECT_SOURCE_DIR}/common/tensor/todo.hpp" "${PROJECT_SOURCE_DIR}/common/image/image.hpp" ${ARGN})
endfunction()
add_headers(grading-headers "${CNN_GRADING_OPTIONS}")
# The same where a lab builds networks: 1 to 3 s less of every verdict.
list(TRANSFORM CNN_NETWORK_HEADERS PREPEND ${PROJECT_SOURCE_DIR}/common/nn/)
add_headers(network-grading-headers "${CNN_GRADING_OPTIONS}" ${CNN_NETWORK_HEADERS} <fmt/format.h>)

# Shared by every judge: what tests and mistakes are written with (8 s of compiling a lab, 11 without).
file(WRITE ${PROJECT_BINARY_DIR}/judging_headers.cpp "")
add_library(judging-headers STATIC EXCLUDE_FROM_ALL ${PROJECT_BINARY_DIR}/judging_headers.cpp)
# With sanitizers a large file of tests takes a minute to optimise, and a third of that without.
set(CNN_JUDGING_OPTIONS "")
if(CNN_SANITIZE)
    set(CNN_JUDGING_OPTIONS -O0)
endif()
target_compile_options(judging-headers PRIVATE ${CNN_JUDGING_OPTIONS})
# The same libraries as a judge, because their definitions must agree.
target_link_libraries(judging-headers PRIVATE grader-judge cnn-kernels)
target_precompile_headers(judging-headers PRIVATE <boost/test/unit_test.hpp> "${PROJECT_SOURCE_DIR}/common/grader/judge.hpp"
    "${PROJECT_SOURCE_DIR}/common/tensor/random.hpp" "${PROJECT_SOURCE_DIR}/common/tensor/window.hpp")

# 0.1 s less of every verdict, where binutils still has it.
include(CheckLinkerFlag)
check_linker_flag(CXX -fuse-ld=gold CNN_HAS_GOLD)

# How many lanes the vectors of this machine have: labs/09-fast/lanes.hpp compiles what is judged for no others.
include(CheckCXXSourceRuns)
check_cxx_source_runs("#include \"${PROJECT_SOURCE_DIR}/labs/09-fast/lanes.hpp\"
int main() { return !cnn::lab09::detail::has_avx512(); }" CNN_HAS_AVX512)
check_cxx_source_runs("#include \"${PROJECT_SOURCE_DIR}/labs/09-fast/lanes.hpp\"
int main() { return !cnn::lab09::detail::has_avx2(); }" CNN_HAS_AVX2)
set(CNN_LANES_HERE 4)
if(CNN_HAS_AVX512)
    set(CNN_LANES_HERE 16)
elseif(CNN_HAS_AVX2)
    set(CNN_LANES_HERE 8)
endif()

# A program that answers for a lab: exercise table and an implementation, compiled like HEADERS.
function(add_answering_program TARGET LAB_TARGET OPTIONS HEADERS)
    add_executable(${TARGET} EXCLUDE_FROM_ALL ${ARGN})
    target_compile_options(${TARGET} PRIVATE ${OPTIONS})
    target_compile_definitions(${TARGET} PRIVATE CNN_LANES_HERE=${CNN_LANES_HERE})
    target_link_libraries(${TARGET} PRIVATE ${LAB_TARGET} grader-worker)
    if(CNN_HAS_GOLD)
        target_link_options(${TARGET} PRIVATE -fuse-ld=gold)
    endif()
    target_precompile_headers(${TARGET} REUSE_FROM ${HEADERS})
endfunction()
# The usual one: compiled for grading.
function(add_worker TARGET LAB_TARGET HEADERS)
    add_answering_program(${TARGET} ${LAB_TARGET} "${CNN_GRADING_OPTIONS}" ${HEADERS} ${ARGN})
endfunction()

# A program that judges a lab: its tests, the reference, the mistakes.
function(add_judge TARGET LAB_TARGET)
    add_executable(${TARGET} EXCLUDE_FROM_ALL ${ARGN})
    target_compile_options(${TARGET} PRIVATE ${CNN_JUDGING_OPTIONS})
    target_link_libraries(${TARGET} PRIVATE ${LAB_TARGET} grader-judge cnn-kernels)
    target_precompile_headers(${TARGET} REUSE_FROM judging-headers)
endfunction()

# TARGET is linked only if the file that answers for the lab (its object ends in OBJECT) calls nothing but what ARGN allows.
function(require_own_work TARGET NUMBER OBJECT)
    set(script ${PROJECT_SOURCE_DIR}/common/cmake/own_work.sh)
    set_target_properties(${TARGET} PROPERTIES CXX_LINKER_LAUNCHER "sh;${script};${NUMBER};${OBJECT};${ARGN};--"
        LINK_DEPENDS ${script})
endfunction()

# An object that makes entries of nn::operators() refuse: where OPERATORS names some, all others; what REFUSE names, while
# its function is asked.
function(add_refusals TARGET)
    cmake_parse_arguments(PARSE_ARGV 1 LAB "" "EXERCISES" "OPERATORS;REFUSE")
    set(table ${PROJECT_SOURCE_DIR}/common/nn/operators.hpp)
    set_property(DIRECTORY ${PROJECT_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${table})
    file(STRINGS ${table} lines REGEX "\\(\\*[a-z0-9_]+\\)\\(")
    set(refusals "")
    set(entries "")
    foreach(line IN LISTS lines)
        string(REGEX REPLACE ".*\\(\\*([a-z0-9_]+)\\)\\(.*" "\\1" entry "${line}")
        list(APPEND entries ${entry})
        if(LAB_OPERATORS AND NOT entry IN_LIST LAB_OPERATORS)
            string(APPEND refusals "    grader::refuse<\"${entry}\">(table.${entry});\n")
        endif()
    endforeach()
    file(READ ${LAB_EXERCISES} exercises)
    foreach(pair IN LISTS LAB_REFUSE)
        string(REPLACE ":" ";" pair ${pair})
        list(GET pair 0 function)
        list(GET pair 1 entry)
        if(NOT exercises MATCHES "function\\(${function},")
            message(FATAL_ERROR "${TARGET}: ${LAB_EXERCISES} has no function ${function}")
        endif()
        list(APPEND LAB_OPERATORS ${entry})
        string(APPEND refusals "    grader::refuse_in<\"${function}\", \"${entry}\">(table.${entry});\n")
    endforeach()
    foreach(name IN LISTS LAB_OPERATORS)
        if(NOT name IN_LIST entries)
            message(FATAL_ERROR "${TARGET}: nn::Operators has no ${name}")
        endif()
    endforeach()
    set(source ${PROJECT_BINARY_DIR}/${TARGET}.cpp)
    # Before anybody's static variables could take a copy of the table.
    file(CONFIGURE OUTPUT ${source} @ONLY CONTENT "// Made by common/cmake/Labs.cmake.
#include \"grader/borrowed.hpp\"
#include \"nn/operators.hpp\"

using namespace cnn;

[[gnu::constructor(102)]] static void refuse() {
    nn::Operators& table = nn::operators();
@refusals@}
")
    add_library(${TARGET} OBJECT EXCLUDE_FROM_ALL ${source})
    target_link_libraries(${TARGET} PRIVATE cnn-nn)
endfunction()

function(add_lab NUMBER TOPIC)
    cmake_parse_arguments(LAB "TIMED" "" "LINK;MAY_USE;OPERATORS;REFUSE;PROGRAM;EARLIER;HEADERS" ${ARGN})
    if(LAB_OPERATORS)
        list(APPEND LAB_MAY_USE nn::operators)
    endif()
    if(NOT LAB_PROGRAM)
        set(LAB_PROGRAM cnn-image cnn-terminal cnn-kernels cnn-data cnn-nn cnn-plot cnn-training)
    endif()
    set(folder ${PROJECT_SOURCE_DIR}/labs/${NUMBER}-${TOPIC})
    set(solution ${PROJECT_SOURCE_DIR}/solutions/${NUMBER}-${TOPIC})

    # A lab that is being written (seen again after `touch labs/labs.cmake`) keeps nobody from building the others.
    foreach(file IN ITEMS ${folder}/exercises.cpp ${folder}/tests.cpp ${solution}/${TOPIC}.cpp ${solution}/mistakes.cpp)
        if(NOT EXISTS ${file})
            message(STATUS "lab ${NUMBER} is left out: there is no ${file} yet")
            return()
        endif()
    endforeach()

    # What is judged, and what networks run on, is compiled from a copy that ./lab takes of the learner's file before it
    # builds (common/cli/judged_copy.hpp says why).
    set(judged ${PROJECT_BINARY_DIR}/judged/${NUMBER}-${TOPIC}/${TOPIC}.cpp)

    if(NOT EXISTS ${folder}/${TOPIC}.cpp)
        message(STATUS "lab ${NUMBER}: no ${TOPIC}.cpp yet; `./lab verify --write` makes it from the solution")
        file(WRITE ${folder}/${TOPIC}.cpp "")
    endif()
    if(NOT EXISTS ${judged})
        file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/judged/${NUMBER}-${TOPIC})
        file(COPY_FILE ${folder}/${TOPIC}.cpp ${judged})
    endif()

    # The contract and the table of tasks: compiled once for judge and worker alike.
    add_library(exercises${NUMBER} OBJECT EXCLUDE_FROM_ALL ${folder}/exercises.cpp)
    target_include_directories(exercises${NUMBER} PUBLIC ${folder} ${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/common)
    target_link_libraries(exercises${NUMBER} PUBLIC cnn-tensor cnn-image ${LAB_LINK})

    set(kernels "")
    if(EXISTS ${solution}/kernels.cpp)
        set(kernels ${solution}/kernels.cpp)
    endif()
    file(GLOB more_tests ${folder}/*_tests.cpp)  # where one file would be too long
    add_judge(judge${NUMBER} exercises${NUMBER} ${folder}/tests.cpp ${more_tests} ${solution}/${TOPIC}.cpp ${solution}/mistakes.cpp ${kernels})
    set_target_properties(judge${NUMBER} PROPERTIES EXCLUDE_FROM_ALL FALSE)
    foreach(earlier IN LISTS LAB_EARLIER)
        string(REGEX REPLACE "^[0-9]+-" "" topic ${earlier})
        target_sources(judge${NUMBER} PRIVATE ${PROJECT_SOURCE_DIR}/solutions/${earlier}/${topic}.cpp)
        set_property(SOURCE ${PROJECT_SOURCE_DIR}/solutions/${earlier}/${topic}.cpp APPEND PROPERTY
            INCLUDE_DIRECTORIES ${PROJECT_SOURCE_DIR}/labs/${earlier})
        target_include_directories(judge${NUMBER} PRIVATE ${PROJECT_SOURCE_DIR}/labs)
        target_link_libraries(judge${NUMBER} PRIVATE cnn-nn)
    endforeach()
    # Tests look for golden values beside themselves.
    target_compile_definitions(judge${NUMBER} PRIVATE CNN_LAB_DIR="${folder}" CNN_SOURCE_DIR="${PROJECT_SOURCE_DIR}")

    set(headers grading-headers)
    if("nn::" IN_LIST LAB_MAY_USE)
        set(headers network-grading-headers)
    endif()
    list(TRANSFORM LAB_HEADERS PREPEND ${PROJECT_SOURCE_DIR}/common/)
    if(LAB_HEADERS)
        set(headers grading-headers${NUMBER})
        add_headers(${headers} "${CNN_GRADING_OPTIONS}" ${LAB_HEADERS})
    endif()

    add_answering_program(worker${NUMBER} exercises${NUMBER} "${CNN_GRADING_OPTIONS}" ${headers} ${judged})
    require_own_work(worker${NUMBER} ${NUMBER} - ${LAB_MAY_USE})
    # The reference keeps to the same rules, so that it would pass in the learner's place.
    require_own_work(judge${NUMBER} ${NUMBER} solutions/${NUMBER}-${TOPIC}/${TOPIC}.cpp.o ${LAB_MAY_USE})
    set(speed_options "")
    if(LAB_TIMED)
        set(speed_options ${CNN_SPEED_OPTIONS})
        add_headers(timed-headers${NUMBER} "${CNN_SPEED_OPTIONS}" ${LAB_HEADERS})
        add_answering_program(timed${NUMBER} exercises${NUMBER} "${CNN_SPEED_OPTIONS}" timed-headers${NUMBER} ${judged})
        require_own_work(timed${NUMBER} ${NUMBER} - ${LAB_MAY_USE})
        # The same for the reference, beside tests that are compiled as everywhere.
        set_source_files_properties(${solution}/${TOPIC}.cpp PROPERTIES COMPILE_OPTIONS "${CNN_SPEED_OPTIONS}"
            SKIP_PRECOMPILE_HEADERS ON)
    endif()

    set(skeleton ${PROJECT_BINARY_DIR}/skeletons/${NUMBER}-${TOPIC}/${TOPIC}.cpp)
    add_custom_command(OUTPUT ${skeleton} DEPENDS skeleton ${solution}/${TOPIC}.cpp
        COMMAND skeleton ${solution}/${TOPIC}.cpp ${skeleton})
    add_custom_target(skeleton${NUMBER} DEPENDS ${skeleton})
    add_worker(skeleton-worker${NUMBER} exercises${NUMBER} ${headers} ${skeleton})
    add_dependencies(skeleton-worker${NUMBER} skeleton${NUMBER})

    if(LAB_OPERATORS OR LAB_REFUSE)
        add_refusals(refusals${NUMBER} EXERCISES ${folder}/exercises.cpp OPERATORS ${LAB_OPERATORS} REFUSE ${LAB_REFUSE})
        target_link_libraries(worker${NUMBER} PRIVATE refusals${NUMBER})
    endif()

    if(EXISTS ${folder}/main.cpp)
        # main.cpp sees the contract only: compiled once, linked with either implementation.
        add_library(program${NUMBER} OBJECT EXCLUDE_FROM_ALL ${folder}/main.cpp)
        target_include_directories(program${NUMBER} PUBLIC ${folder} ${PROJECT_SOURCE_DIR})
        target_compile_definitions(program${NUMBER} PRIVATE CNN_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
        target_link_libraries(program${NUMBER} PUBLIC cnn-tensor cnn-program ${LAB_LINK} ${LAB_PROGRAM})
        add_executable(lab${NUMBER} EXCLUDE_FROM_ALL ${folder}/${TOPIC}.cpp)
        add_executable(lab${NUMBER}-reference EXCLUDE_FROM_ALL ${solution}/${TOPIC}.cpp)
        foreach(program IN ITEMS lab${NUMBER} lab${NUMBER}-reference)
            target_compile_options(${program} PRIVATE ${CNN_LEARNERS_WARNINGS} ${speed_options})
            target_link_libraries(${program} PRIVATE program${NUMBER})
        endforeach()
    endif()

    if(EXISTS ${folder}/operators.cpp)
        add_library(mine${NUMBER} MODULE EXCLUDE_FROM_ALL ${folder}/operators.cpp ${judged})
        set_target_properties(mine${NUMBER} PROPERTIES PREFIX "" OUTPUT_NAME lab${NUMBER}
            LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/mine)
        target_include_directories(mine${NUMBER} PRIVATE ${folder} ${PROJECT_SOURCE_DIR})
        target_compile_options(mine${NUMBER} PRIVATE ${CNN_LEARNERS_WARNINGS} ${speed_options})
        target_link_libraries(mine${NUMBER} PRIVATE cnn-tensor cnn-nn ${LAB_LINK})
    endif()
    set_property(GLOBAL APPEND PROPERTY CNN_LABS ${NUMBER}-${TOPIC})
endfunction()
