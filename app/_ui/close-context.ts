'use client';
import { createContext } from 'react';

/** Closes the dialog around. */
export const CloseContext = createContext(() => {});
