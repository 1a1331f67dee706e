# What the machine was given: its environment, and the app's secrets where others put some there.
if [ -r /etc/thopter/environment ]; then . /etc/thopter/environment; fi
