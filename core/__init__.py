"""What Evermodel knows and does. No Streamlit, no SQL."""
