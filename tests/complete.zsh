# SPDX-License-Identifier: GPL-2.0-or-later
# complete.zsh FOLDER LINE: the last word of the line once zsh has completed it, with the functions of the
# folder. Completion works in a line editor only, so a second shell runs in a pseudo terminal.
zmodload zsh/zpty || exit 77
zpty shell zsh -f -i
zpty -w shell "fpath=(${(q)1} \$fpath); autoload -Uz compinit && compinit -u -D
	setopt no_beep no_list_beep no_auto_list; PS1= PS2= RPS1=
	show() { print; print -r -- \"word\"\":\${\${(z)BUFFER}[-1]}:end\"; exit }
	zle -N show; bindkey '^X' show; bindkey '^I' expand-or-complete; print re\"\"ady"
while zpty -r shell line; do [[ $line == *ready* ]] && break; done
zpty -w -n shell "$2"$'\t\C-x'
while zpty -r shell line; do
	[[ $line == *word:*:end* ]] && print -r -- ${${line##*word:}%%:end*} && break
done
zpty -d shell
