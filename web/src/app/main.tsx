import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './tokens.css';
import './base.css';
import '../components/components.css';
import './shell.css';
import { askEarly } from '../state/flowFeed';
import '../state/theme';
import { currentView } from '../state/view';
import { App } from './App';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element with the id "root".');
askEarly(currentView());
createRoot(root).render(<StrictMode><App /></StrictMode>);
