"""The state machine of the workflow: random walks of many people through the real actions."""
