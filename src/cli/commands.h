/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cli/commands.h: what each command does. All return the exit status. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "cli/options.h"

int command_advise(const struct options *options, struct errors *errors);
int command_explain(const struct options *options, struct errors *errors);
int command_rules(const struct options *options, struct errors *errors);
int command_facts(const struct options *options, struct errors *errors);
int command_plan(const struct options *options, struct errors *errors);
int command_history(const struct options *options, struct errors *errors);
int command_lint(const struct options *options, struct errors *errors);
int command_drift(const struct options *options, struct errors *errors);
int command_diff(const struct options *options, struct errors *errors);
int command_record(const struct options *options, struct errors *errors);

#endif
