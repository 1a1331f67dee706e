# What the machine was given: its environment and the app's secrets.
if [ -r /etc/thopter/environment ]; then . /etc/thopter/environment; fi
